"""The question bank as files that others read and write: workbook, GIFT, Aiken, TSV."""
