"""What Ofsted's reports say, as tables for people's own use: a workbook, comma-separated values, or data.

rows        the tables: one row a report, one row a council
workbook    tables → .xlsx
comma       a table → .csv
data        reports → what stands in the .json
"""
