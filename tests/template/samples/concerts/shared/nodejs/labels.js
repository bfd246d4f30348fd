exports.label = "x";
