"""Makes the workbooks beside it. Needs openpyxl, XlsxWriter, python-docx and LibreOffice."""

import datetime
import subprocess

import docx
import openpyxl
import xlsxwriter
from openpyxl.styles import Font

BODY = [
    ["Murder", 18, 20, 1.1111],
    ["Car theft", 1200, 64, 0.05333],
    ["Robbery", 35, 18, 0.5143],
    ["Fraud", 31, 30, 0.9],
]
HEADS = [["crime", "cases", None, "rate"], [None, "total", "solved", None]]


def crimes(sheet):
    """A title, merged headings in rows 3 and 4, figures from row 5, a total by formula."""
    sheet["A1"] = "Crimes of the week"
    sheet["A1"].font = Font(bold=True)
    for row, cells in enumerate(HEADS + BODY, 3):
        for column, value in enumerate(cells, 1):
            sheet.cell(row, column, value)
    sheet.merge_cells("A3:A4")
    sheet.merge_cells("B3:C3")
    sheet.merge_cells("D3:D4")
    sheet["A10"] = "All"
    sheet["B10"] = 1294  # The cells above come to 1284.
    sheet["C10"] = "=SUM(C5:C8)"
    sheet["D10"] = 0.103
    for row in range(5, 11):
        sheet.cell(row, 2).number_format = "#,##0"
        sheet.cell(row, 4).number_format = "0.0%"
    sheet["A12"] = "Source: the police"


def districts(sheet):
    """A table with a blank column in it, and another below it."""
    for row, cells in enumerate(
        [["district", "cases", None, "day", "calls"], ["North", 700, None, 1, 12.5], ["South", 584, None, 2, 9]], 2
    ):
        for column, value in enumerate(cells, 2):
            if column == 5 and isinstance(value, int):
                value = datetime.date(2005, 3, value)
            sheet.cell(row, column, value)
    for row in (3, 4):
        sheet.cell(row, 6).number_format = "0.0"
    for row, cells in enumerate([["hour", "cases"], ["night", 900], ["day", 384]], 8):
        for column, value in enumerate(cells, 2):
            sheet.cell(row, column, value)


book = openpyxl.Workbook()
book.active.title = "Crimes"
crimes(book.active)
districts(book.create_sheet("Places"))
hidden = book.create_sheet("Notes")
hidden.sheet_state = "hidden"
hidden["A1"], hidden["B1"], hidden["A2"], hidden["B2"] = "a", "b", 1, 2
book.save("openpyxl.xlsx")

for kind in ("xlsx", "ods", "xls"):
    subprocess.run(["soffice", "--headless", "--convert-to", kind, "--outdir", "made", "openpyxl.xlsx"], check=True)
    subprocess.run(["mv", f"made/openpyxl.{kind}", f"libreoffice.{kind}"], check=True)
subprocess.run(["rmdir", "made"], check=True)

# A total whose stored value is not what its formula gives, days from 1904,
# and cells that would be formulas if they were not text.
book = xlsxwriter.Workbook("stale.xlsx", {"date_1904": True})
book.set_properties({"created": datetime.datetime(2005, 3, 1)})
sheet = book.add_worksheet("Week")
day = book.add_format({"num_format": "d mmm yyyy"})
for column, text in enumerate(["day", "cases", "remark"]):
    sheet.write(0, column, text)
for row, (value, text) in enumerate([(4, "=1+1"), (7, "<script>alert(1)</script>"), (9, '=cmd|" /C calc"!A0')], 1):
    sheet.write_datetime(row, 0, datetime.datetime(2005, 3, row), day)
    sheet.write_number(row, 1, value)
    sheet.write_string(row, 2, text)
sheet.write_string(4, 0, "All")
sheet.write_formula(4, 1, "=SUM(B2:B4)", None, 19)
book.close()

text = docx.Document()
text.add_paragraph("Crimes of the week, as a text document has them.")
rows = HEADS + [[row[0], f"{row[1]:,}", str(row[2]), f"{row[3]:.1%}"] for row in BODY] + [["All", "1,294", "132", "10.3%"]]
table = text.add_table(rows=len(rows), cols=4)
for at, row in enumerate(rows):
    for column, value in enumerate(row):
        if value is not None:
            table.cell(at, column).text = value
table.cell(0, 0).merge(table.cell(1, 0))
table.cell(0, 1).merge(table.cell(0, 2))
table.cell(0, 3).merge(table.cell(1, 3))
text.save("word.docx")
