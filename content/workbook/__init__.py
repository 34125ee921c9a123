"""A campaign as a workbook for people who have never seen YAML, out and in without loss."""
