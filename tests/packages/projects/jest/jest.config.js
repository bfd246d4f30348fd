module.exports = { preset: "tailrace/jest" };
