LABEL = "jazz"
