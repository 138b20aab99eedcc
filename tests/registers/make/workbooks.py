"""Makes the workbooks of ../xlsx and the exports of learning platforms in ../bad, each with its expectation.

    pip install openpyxl xlsxwriter && python3 tests/registers/make/workbooks.py

Expectations are written here by hand, from README.md, and never taken from what the program answers. Two writers are used, since
they differ in what they write for the same sheet; what neither of them writes is made of raw parts. All people are invented.
"""

import datetime
import io
import json
import pathlib
import re
import zipfile

import openpyxl
import xlsxwriter

HERE = pathlib.Path(__file__).resolve().parent.parent
GIN, COOK = "urn:skillpass:ilo:gin", "urn:skillpass:competence:cook"
HEADER = ["Nombre completo", "Año de nacimiento", "Fecha de certificación", "Horas", "Modalidad", "ID interno"]
NAMES = ["María Elena Suárez Niño", "Carlos Andrés Peña", "Luz Marina Ospina de Arango", "Deivis José Chacín Muñoz"]
YEARS = [1988, 1979, 1990, 1995]
DAYS = [datetime.date(2026, 3, 14), datetime.date(2026, 3, 4), datetime.date(2026, 4, 3), datetime.date(2026, 3, 21)]
# A fixed day, so that a second run makes the same bytes.
MADE = datetime.datetime(2026, 6, 1)


def people(ids="R-0{}"):
    return [[n, y, d, 20, "presencial", ids.format(i + 1)] for i, (n, y, d) in enumerate(zip(NAMES, YEARS, DAYS))]


def good(rows=(2, 3, 4, 5), names=NAMES, years=YEARS, days=DAYS):
    return [
        {"row": r, "name": n, "birth_year": y, "award_date": str(d)} for r, n, y, d in zip(rows, names, years, days) if r
    ]


def said(row, column, code):
    return {"row": row, "column": column, "code": code}


def keep(name, data, about, good, problems=(), notes=(), achievement=GIN, folder="xlsx", **more):
    (HERE / folder / name).write_bytes(data)
    expected = {"about": about, "achievement": achievement, **more, "rows_good": len(good), "good": good,
                "problems": list(problems), "notes": list(notes)}
    text = json.dumps(expected, ensure_ascii=False, indent=1)
    (HERE / folder / f"{name}.expect.json").write_text(text + "\n", encoding="utf-8")


def stamped(data):
    """The same archive without the times of this run."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            content = old.read(item)
            if item.filename == "docProps/core.xml":
                continue
            if item.filename in ("_rels/.rels", "[Content_Types].xml"):
                text = content.decode()
                for tag in ("Relationship", "Override"):
                    begin = text.find("docProps/core.xml")
                    if begin > 0:
                        start, end = text.rfind("<", 0, begin), text.find(">", begin) + 1
                        text = text[:start] + text[end:]
                content = text.encode()
            new.writestr(zipfile.ZipInfo(item.filename, (2026, 6, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def book(*sheets, change=None):
    """By openpyxl: (title, rows) for each sheet."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for title, rows in sheets:
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(row)
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, datetime.datetime):
                    cell.number_format = "dd/mm/yyyy hh:mm"
                elif isinstance(cell.value, datetime.date):
                    cell.number_format = "dd/mm/yyyy"
    if change:
        change(workbook)
    out = io.BytesIO()
    workbook.save(out)
    return stamped(out.getvalue())


def written(write, **options):
    """By xlsxwriter, which can write what a formula last gave."""
    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out, {"in_memory": True, **options})
    write(workbook, workbook.add_format({"num_format": "dd/mm/yyyy"}))
    workbook.close()
    return stamped(out.getvalue())


def rows_of(sheet, rows, date, first=0):
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if isinstance(value, datetime.date):
                sheet.write_datetime(first + r, c, datetime.datetime.combine(value, datetime.time()), date)
            elif value is not None:
                sheet.write(first + r, c, value)


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def raw(sheet, parts=None, target="worksheets/sheet1.xml", place="xl/worksheets/sheet1.xml", prolog="", level=9):
    """Of raw parts: the inside of a worksheet, one sheet, no styles, no shared texts."""
    parts = parts or {}
    all_parts = {
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="a" Type="{RELS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELS}"><sheets><sheet name="Hoja1" sheetId="1" r:id="x"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="x" Type="{RELS}/worksheet" Target="{target}"/></Relationships>',
        place: f'{prolog}<worksheet xmlns="{MAIN}">{sheet}</worksheet>',
        **parts,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, content in all_parts.items():
            data = content.encode() if isinstance(content, str) else content
            archive.writestr(zipfile.ZipInfo(name, (2026, 6, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def inline(rows, numbered=True):
    """Rows as raw cells with their texts inside."""
    text = "<sheetData>"
    for r, row in enumerate(rows, 1):
        text += f'<row r="{r}">' if numbered else "<row>"
        for c, value in enumerate(row):
            at = f' r="{chr(65 + c)}{r}"' if numbered else ""
            if isinstance(value, str) and value.startswith("<"):
                text += f"<c{at}{value[2:]}"
            elif isinstance(value, str):
                text += f'<c{at} t="inlineStr"><is><t>{value}</t></is></c>'
            else:
                text += f"<c{at}><v>{value}</v></c>"
        text += "</row>"
    return text + "</sheetData>"


def texts(rows):
    return [[str(v) if not isinstance(v, datetime.date) else v.isoformat() for v in row] for row in rows]


# --- files that are right ---
keep("good-excel.xlsx", book(("Registro", [HEADER, *people()])), "good: dates are date cells, numbers are numbers", good())


def plain(workbook, date):
    rows_of(workbook.add_worksheet("Hoja1"), [HEADER, *people()], date)


keep("good-1904.xlsx", written(plain, date_1904=True), "good: days counted from 1904", good())
keep("good-xlsxwriter.xlsx", written(plain), "good: another writer, the same register", good())


def formats(workbook, _):
    sheet = workbook.add_worksheet("Hoja1")
    rows_of(sheet, [HEADER, *people()], workbook.add_format({"num_format": 14}))
    codes = ["yyyy-mm-dd", '[$-340A]d" de "mmmm" de "yyyy;@', "mm/dd/yy", "ddd d mmm"]
    for r, (day, code) in enumerate(zip(DAYS, codes), 1):
        sheet.write_datetime(r, 2, datetime.datetime.combine(day, datetime.time()), workbook.add_format({"num_format": code}))


keep("good-date-formats.xlsx", written(formats), "good: a day is the same day however the cell shows it", good())
keep("good-text-cells.xlsx", book(("Hoja1", [HEADER, *texts(people("00{}"))])), "good: every cell is text; zeros before an id stay", good())


def zeros(workbook, date):
    sheet = workbook.add_worksheet("Hoja1")
    rows_of(sheet, [HEADER, *people()], date)
    for r in range(4):
        sheet.write_number(r + 1, 5, r + 1, workbook.add_format({"num_format": "00000"}))


keep("good-zeros-shown.xlsx", written(zeros), "good: a number that is shown as 00001", good())
numbers = [HEADER] + [[n, f"<c><v>{y}.0</v></c>", d.isoformat(), "<c><v>2E1</v></c>", "presencial", f"R-{i}"] for i, (n, y, d) in enumerate(zip(NAMES, YEARS, DAYS))]
keep("good-number-texts.xlsx", raw(inline(numbers)), "good: whole numbers stored as 1988.0 and 2E1", good())
keep("good-inline-without-places.xlsx", raw(inline([HEADER, *texts(people())], numbered=False)), "good: texts in the cells, no row or cell says its place", good())
keep("good-absolute-target.xlsx", raw(inline([HEADER, *texts(people())]), target="/xl/Worksheets/Sheet1.xml"), "good: the sheet's part is named from the root, in other capitals", good())
iso = [HEADER] + [[n, y, f'<c t="d"><v>{d}T00:00:00</v></c>', 20, "presencial", f"R-{i}"] for i, (n, y, d) in enumerate(zip(NAMES, YEARS, DAYS))]
keep("good-iso-date-cells.xlsx", raw(inline(iso)), "good: days stored as ISO 8601 (strict form)", good())
escaped = [HEADER, ["Zoila &#x50;e&#241;a", 1988, "2026-03-14", 20, "presencial", "<c t=\"inlineStr\"><is><t>R&amp;1</t></is></c>"], ["<c t=\"inlineStr\"><is><r><t>Ana </t></r><r><t><![CDATA[Rojas]]></t></r><rPh sb=\"0\" eb=\"1\"><t>x</t></rPh></is></c>", 1979, "2026-03-04", 20, "presencial", "R-2"]]
keep("good-escapes-and-runs.xlsx", raw(inline(escaped)), "good: references, CDATA, runs, and a reading that is no part of the text",
     good((2, 3), ["Zoila Peña", "Ana Rojas"]))


def rich(workbook, date):
    sheet = workbook.add_worksheet("Hoja1")
    rows_of(sheet, [HEADER, *people()], date)
    sheet.write_rich_string(1, 0, "María Elena ", workbook.add_format({"bold": True}), "Suárez Niño")


keep("good-rich-text.xlsx", written(rich), "good: half of a name is bold", good())


def gaps(workbook):
    sheet = workbook.active
    for row in (12, 40):
        for column in range(1, 7):
            sheet.cell(row, column).fill = openpyxl.styles.PatternFill("solid", fgColor="FFFF00")


rows = people()
keep("good-blank-rows.xlsx", book(("Hoja1", [[], HEADER, [], rows[0], [], rows[1], rows[2], [], rows[3]]), change=gaps),
     "good: blank rows, and coloured ones without text", good((4, 6, 7, 9)))


def title(workbook):
    workbook.active.merge_cells("A1:F1")
    workbook.active.merge_cells("A2:F2")


top = [["CENTRO FORMAR · REGISTRO DE PARTICIPANTES"], ["Módulo GIN, marzo de 2026"], []]
keep("good-title-above.xlsx", book(("Hoja1", [*top, HEADER, *people()]), change=title),
     "good: a merged title above the header", good((5, 6, 7, 8)), notes=[said(4, None, "rows-above")])


def hide_sheet(workbook):
    workbook["Viejo"].sheet_state = "hidden"


keep("good-hidden-sheet.xlsx", book(("Registro", [HEADER, *people()]), ("Viejo", [HEADER, *people()]), change=hide_sheet),
     "good: a hidden sheet is not read", good())
keep("good-other-sheet.xlsx", book(("Instrucciones", [["Llene la hoja Datos"]]), ("Datos", [HEADER, *people()])),
     "good: one sheet of several is a register", good(), notes=[said(1, None, "other-sheets")])
keep("good-sheet-named.xlsx", book(("Marzo", [HEADER, *people()[:1]]), ("Abril", [HEADER, *people()])),
     "good: the clerk named one of two registers", good(), notes=[said(1, None, "other-sheets")], sheet="abril")


def hide_row(workbook):
    workbook.active.row_dimensions[3].hidden = True


keep("good-hidden-row.xlsx", book(("Hoja1", [HEADER, *people()]), change=hide_row), "good: a row is hidden, and read",
     good(), notes=[said(3, None, "row-hidden")])


def hide_column(workbook):
    workbook.active.column_dimensions["F"].hidden = True


keep("good-hidden-column.xlsx", book(("Hoja1", [HEADER, *people()]), change=hide_column), "good: a column is hidden, and read",
     good(), notes=[said(1, "ID interno", "column-hidden")])


def joined(workbook, date):
    sheet = workbook.add_worksheet("Hoja1")
    header = [*HEADER, "Nombres", "Apellidos"]
    rows_of(sheet, [header, *people()], date)
    for r, name in enumerate(NAMES, 1):
        first, rest = name.split(" ", 1)
        sheet.write(r, 6, first)
        sheet.write(r, 7, rest)
        sheet.write_formula(r, 0, f'=G{r + 1}&" "&H{r + 1}', None, name)
        if r > 1:
            sheet.write_formula(r, 1, f"=YEAR(DATE({YEARS[r - 1]},1,1))", None, YEARS[r - 1])


keep("good-formula-values.xlsx", written(joined), "good: names are joined by formulas whose value was saved", good(),
     notes=[said(1, "Nombres", "column-not-used"), said(1, "Apellidos", "column-not-used"),
            said(2, "Nombre completo", "formula-value"), said(3, "Año de nacimiento", "formula-value")])


def filled_down(workbook, date):
    sheet = workbook.add_worksheet("Hoja1")
    rows_of(sheet, [HEADER, *people()], date)
    for r in range(5, 40):
        sheet.write_formula(r, 0, f'=IF(J{r + 1}="","",J{r + 1})', None, "")


def as_excel_saves(data):
    """An empty text that a formula gave: Excel says that it is a text, xlsxwriter does not."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            content = re.sub(rb'<c r="(A\d+)"><f>(IF.*?)</f><v></v></c>', rb'<c r="\1" t="str"><f>\2</f><v></v></c>', old.read(item))
            new.writestr(item, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


keep("good-formula-shows-nothing.xlsx", as_excel_saves(written(filled_down)), "good: formulas filled down below the last person show nothing", good())
beside = [["Nombre completo", None, *HEADER[1:]], *[[r[0], None, *r[1:]] for r in people()]]


def merge_beside(workbook):
    for row in range(1, 6):
        workbook.active.merge_cells(f"A{row}:B{row}")


keep("good-merged-beside.xlsx", book(("Hoja1", beside), change=merge_beside), "good: names merged with an empty column beside them", good())
english = [["Full name", "Year of birth", "Award date", "Hours", "Modality", "Register ID"], *[[*r[:4], "online", r[5]] for r in people()]]
keep("good-english.xlsx", book(("Sheet1", english)), "good: English headers", good())
portuguese = [["Nome completo", "Ano de nascimento", "Data de certificação", "Carga horária", "Modalidade", "Matrícula"], *[[*r[:4], "a distância", r[5]] for r in people()]]
keep("good-portuguese.xlsx", book(("Plan1", portuguese)), "good: Portuguese headers", good())
kitchen = [["Nombre completo", "Año de nacimiento", "Fecha de certificación", "Unidades", "Método"], *[[*r[:3], "COOK-1|COOK-2", "entrevista"] for r in people()]]
keep("good-competence.xlsx", book(("Hoja1", kitchen)), "good: units and method of a competence", good(), achievement=COOK)
archive = [["Nombre completo", "Año de nacimiento", "Fecha de certificación", "Libro/Folio/Acta"], *[[n, 1960, datetime.date(1990, 3, 14), "Libro 4, folio 2"] for n in NAMES]]
keep("good-from-archive.xlsx", book(("Hoja1", archive)), "good: old awards from the archive", good(years=[1960] * 4, days=["1990-03-14"] * 4), kind="from-archive")
timed = [[*r[:2], datetime.datetime.combine(r[2], datetime.time(15, 5)), *r[3:]] for r in people()]
keep("good-date-and-time.xlsx", book(("Hoja1", [HEADER, *timed])), "good: days with a time of day", good())
sexes = [[*HEADER, "Sexo"], *[[*r, s] for r, s in zip(people(), ["F", "M", "X", "¿?"])]]
keep("good-sex-forbidden.xlsx", book(("Hoja1", sexes)), "good: the sex is not read unless it is asked for", good(), notes=[said(1, "Sexo", "column-forbidden")])
keep("good-sex-for-statistics.xlsx", book(("Hoja1", sexes)), "good: the sex is asked for; a word that says nothing is a note", good(),
     notes=[said(5, "Sexo", "bad-sex")], for_statistics=True)
alike = people()
alike[2] = ["Maria Elena Suares Niño", 1988, *alike[2][2:]]
alike[3] = ["Andrés Carlos Peña", 1979, *alike[3][2:]]
keep("good-likely-duplicates.xlsx", book(("Hoja1", [HEADER, *alike])), "good: a letter apart, and in another order; both may be real",
     good(names=[NAMES[0], NAMES[1], alike[2][0], alike[3][0]], years=[1988, 1979, 1988, 1979]),
     notes=[said(4, "Nombre completo", "likely-duplicate"), said(5, "Nombre completo", "likely-duplicate")])
csv = ";".join(HEADER) + "\r\n" + "".join(";".join(map(str, row)) + "\r\n" for row in texts(people()))
keep("good-csv-renamed.xlsx", csv.encode("cp1252"), "good: a CSV file under another name", good())

MOODLE = {
    "en": (["First name", "Last name", "ID number", "Institution", "Department", "Email address", "Year of birth", "Completion date", "Mode of delivery"],
           ["14 March 2026, 3:05 PM", "Wednesday, 4 March 2026, 9:00 AM", "3 April 2026, 12:30 PM", "21 March 2026, 8:15 AM"], "online"),
    "es": (["Nombre", "Apellido(s)", "Número de ID", "Institución", "Departamento", "Dirección de correo", "Año de nacimiento", "Fecha de finalización", "Modalidad"],
           ["14 de marzo de 2026, 15:05", "miércoles, 4 de marzo de 2026, 09:00", "viernes, 3 de abril de 2026, 12:30", "21 de marzo de 2026, 08:15"], "virtual"),
    "pt": (["Nome", "Sobrenome", "Número de identificação", "Instituição", "Departamento", "Endereço de email", "Ano de nascimento", "Concluído em", "Modalidade"],
           ["14 mar. 2026, 15:05", "quarta-feira, 4 de março de 2026, 09:00", "sexta, 3 abr 2026, 12:30", "sábado, 21 mar. 2026, 08:15"], "a distância"),
    "fr": (["Prénom", "Nom de famille", "Numéro d’identification", "Institution", "Département", "Adresse de courriel", "Année de naissance", "Date d’achèvement", "Modalité"],
           ["14 mars 2026, 15:05", "mercredi 4 mars 2026, 09:00", "vendredi 3 avril 2026, 12:30", "samedi 21 mars 2026, 08:15"], "en ligne"),
}


def platform(language):
    header, days, modality = MOODLE[language]
    rows = []
    for i, (name, year, day) in enumerate(zip(NAMES, YEARS, days)):
        words = name.split(" ")
        rows.append([" ".join(words[:2]), " ".join(words[2:]), f"M-{i}", "Centro Formar", "", f"p{i}@example.org", year, day, modality])
    mapping = {"columns": {header[0]: "given-names", header[1]: "family-names", header[2]: "register-id", header[7]: "award-date"}, "nameOrder": "given-first"}
    unused = [said(1, header[3], "column-not-used"), said(1, header[4], "column-not-used"), said(1, header[5], "column-forbidden")]
    return header, rows, mapping, unused


for language in MOODLE:
    header, rows, mapping, unused = platform(language)
    mapping["columns"] = dict(sorted(mapping["columns"].items()))
    text = "\ufeff" + "".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in [header, *rows])
    # The number's header can be one of a document; what is forbidden stays so, whatever it is mapped to.
    if language in ("pt", "fr"):
        unused = [said(1, header[2], "column-forbidden"), *unused]
    keep(f"good-moodle-{language}.csv", text.encode(), f"good: a platform's export in {language}, mapped by the clerk", good(), notes=unused, folder="bad", columns=mapping)
    if language in ("es", "en"):
        keep(f"good-moodle-{language}.xlsx", book(("Hoja", [header, *rows])), f"good: the same export as a workbook in {language}", good(), notes=unused, columns=mapping)
header, rows, mapping, unused = platform("en")
text = "".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in [header, *rows])
keep("moodle-unmapped.csv", text.encode(), "names in parts, and nobody said in which order", [], [said(1, "First name", "name-in-parts")], folder="bad")
del mapping["nameOrder"]
keep("moodle-no-order.csv", text.encode(), "the parts are mapped, their order is not", [], [said(1, "First name", "name-in-parts")], folder="bad", columns=mapping)
family = {"columns": mapping["columns"], "nameOrder": "family-first"}
turned = [" ".join(n.split(" ")[2:] + n.split(" ")[:2]) for n in NAMES]
keep("good-moodle-family-first.csv", text.encode(), "good: the clerk said that surnames come first", good(names=turned), notes=unused, folder="bad", columns=family)
secret = "Participante;Nacionalidad;Nac. año;Terminó;Modalidad;Observaciones\n" + "".join(f"{n};VE;{y};{d};virtual;x\n" for n, y, d in zip(NAMES, YEARS, DAYS))
keep("good-mapped-columns.csv", secret.encode(), "good: headers of the body's own, mapped; what is forbidden is not read even when mapped", good(),
     notes=[said(1, "Nacionalidad", "column-forbidden"), said(1, "Observaciones", "column-not-used")], folder="bad",
     columns={"columns": {"nac. AÑO": "birth-year", "Terminó": "award-date", "Nacionalidad": "register-id", "Observaciones": "ignored"}})
long = ";".join(HEADER) + "\n" + "".join(f"{n};{y};{d};20;virtual;R-{i}\n" for i, (n, y, d) in enumerate(zip(NAMES, YEARS, ["14 de marzo de 2026", "4-mar-2026", "3 avril 2026", "Mach 21, 2026"])))
keep("date-month-misspelt.csv", long.encode(), "months in words are read; one is misspelt", good((2, 3, 4)), [said(5, "Fecha de certificación", "bad-date")], folder="bad")

# --- one defect a file ---
two = (("Marzo", [HEADER, *people()]), ("Abril", [HEADER, *people()]))
keep("several-sheets.xlsx", book(*two), "two sheets could be the register", [], [said(1, None, "several-sheets")])
keep("unknown-sheet.xlsx", book(*two), "the clerk named a sheet that is not there", [], [said(1, None, "unknown-sheet")], sheet="Mayo")


def merge(reference):
    return lambda workbook: workbook.active.merge_cells(reference)


keep("merged-names.xlsx", book(("Hoja1", [HEADER, *people()]), change=merge("A3:A4")), "one name over two rows", good((2, 0, 0, 5)),
     [said(3, HEADER[0], "merged-cell"), said(4, HEADER[0], "merged-cell")])
keep("merged-dates.xlsx", book(("Hoja1", [HEADER, *people()]), change=merge("C2:C4")), "one date over three rows: whose it is cannot be told", good((0, 0, 0, 5)),
     [said(row, HEADER[2], "merged-cell") for row in (2, 3, 4)])
keep("merged-across.xlsx", book(("Hoja1", [HEADER, *people()]), change=merge("A3:B3")), "a name over its year of birth", good((2, 0, 4, 5)),
     [said(3, HEADER[1], "merged-cell")])


def broken(formula, value=None):
    def write(workbook, date):
        sheet = workbook.add_worksheet("Hoja1")
        rows_of(sheet, [HEADER, *people()], date)
        sheet.write_formula(2, 2, formula, date, value)
    return write


def unsaved(workbook):
    workbook.active["A3"] = '=G3&" "&H3'


no_value = "formula-without-value"
keep("formula-without-value.xlsx", book(("Hoja1", [HEADER, *people()]), change=unsaved), "a formula that nothing calculated", good((2, 0, 4, 5)), [said(3, HEADER[0], no_value)])
keep("formula-today.xlsx", written(broken("=TODAY()-90", 46095)), "a date that changes every day", good((2, 0, 4, 5)), [said(3, HEADER[2], no_value)])
keep("formula-other-file.xlsx", written(broken("='[Otro.xlsx]Hoja1'!C2", 46095)), "a value of another file", good((2, 0, 4, 5)), [said(3, HEADER[2], no_value)])
keep("formula-error.xlsx", written(broken("=VLOOKUP(A3,Z1:Z9,1)", "#N/A")), "a formula that found nothing", good((2, 0, 4, 5)), [said(3, HEADER[2], no_value)])
all_unsaved = [["=\"x\"", "=1", "=2", "=3", "=4", "=5"]]
keep("formula-row.xlsx", book(("Hoja1", [HEADER, *people(), *all_unsaved])), "a whole row of formulas without values is not passed over as blank", good(),
     [said(6, column, no_value) for column in HEADER])
numbered = people()
numbered[1][2] = 46085
keep("serial-date.xlsx", book(("Hoja1", [HEADER, *numbered])), "a day as a number that no format says is a day", good((2, 0, 4, 5)), [said(3, HEADER[2], "serial-date")])
worded = people()
for row in worded:
    row[2] = row[2].strftime("%d/%m/%Y")
worded[0][2] = "04/05/2026"
worded[3][2] = "05/06/2026"
keep("dates-as-text.xlsx", book(("Hoja1", [HEADER, *worded])), "dates typed as text, none above 12: the clerk is asked", [],
     [said(row, HEADER[2], "ambiguous-date") for row in (2, 3, 4, 5)])
born = people()
born[2][1] = datetime.date(1990, 5, 12)
keep("birth-date-cell.xlsx", book(("Hoja1", [HEADER, *born])), "a whole date of birth where the year belongs", good((2, 3, 0, 5)), [said(4, HEADER[1], "bad-birth-year")])
later = people()
later[0][2] = datetime.date(2099, 1, 1)
keep("award-in-future.xlsx", book(("Hoja1", [HEADER, *later])), "a date yet to come", good((0, 3, 4, 5)), [said(2, HEADER[2], "award-in-future")])
pair = people()
pair[1][0] = "Carlos Peña Díaz\nLuz Rojas Gil"
keep("two-people.xlsx", book(("Hoja1", [HEADER, *pair])), "two people in one cell", good((2, 0, 4, 5)), [said(3, HEADER[0], "two-people")])
stray = people()
stray[1] += [None, "pagó"]
keep("beyond-header.xlsx", book(("Hoja1", [HEADER, *stray])), "a word beside the table", good((2, 0, 4, 5)), [said(3, None, "ragged-row")])
sign = people()
sign[2][5] = "+57-1"
keep("text-formula.xlsx", book(("Hoja1", [HEADER, *sign])), "a text that begins as a formula does", good((2, 3, 0, 5)), [said(4, HEADER[5], "formula")])
twice = people()
twice[3] = [*twice[0][:5], "R-09"]
keep("duplicate-person.xlsx", book(("Hoja1", [HEADER, *twice])), "the same person twice", good((2, 3, 4, 0)), [said(5, HEADER[0], "duplicate-person")])
keep("missing-column.xlsx", book(("Hoja1", [HEADER[:1] + HEADER[2:], *[r[:1] + r[2:] for r in people()]])), "no column for the year of birth", [], [said(1, None, "missing-column")])
keep("duplicate-column.xlsx", book(("Hoja1", [[*HEADER, "Año nac"], *[[*r, 1990] for r in people()]])), "two columns of one meaning", [], [said(1, "Año nac", "duplicate-column")])
keep("name-in-parts.xlsx", book(("Hoja1", [["Apellidos", "Nombres", *HEADER[1:]], *[["Peña", *r] for r in people()]])), "surnames of their own", [], [said(1, "Apellidos", "name-in-parts")])
keep("no-header.xlsx", book(("Hoja1", people())), "people and no header", [], [said(1, None, "no-header")])
keep("no-rows.xlsx", book(("Hoja1", [HEADER])), "a header and nothing under it", [], [said(1, None, "no-rows")])
keep("empty-sheet.xlsx", book(("Hoja1", [])), "no cell with anything", [], [said(1, None, "empty-file")])

# --- what is no register ---
right = book(("Hoja1", [HEADER, *people()]))


def added(data, name, content):
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(zipfile.ZipInfo(name, (2026, 6, 1, 0, 0, 0)), content)
    return out.getvalue()


keep("macros.xlsm", added(right, "xl/vbaProject.bin", b"\xd0\xcf\x11\xe0"), "a workbook with programs in it", [], [said(1, None, "macros")])
keep("old-or-password.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1016), "the old form, or behind a password", [], [said(1, None, "old-spreadsheet")])


def archive_of(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 6, 1, 0, 0, 0)), content)
    return out.getvalue()


keep("open-document.ods", archive_of({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a/>"}), "a LibreOffice sheet", [], [said(1, None, "other-spreadsheet")])
letter = f'<Relationships xmlns="{PACKAGE}"><Relationship Id="a" Type="{RELS}/officeDocument" Target="word/document.xml"/></Relationships>'
keep("letter.docx", archive_of({"_rels/.rels": letter, "word/document.xml": "<document/>"}), "a letter", [], [said(1, None, "other-spreadsheet")])
keep("cut.xlsx", right[: len(right) // 2], "half of a file", [], [said(1, None, "damaged-workbook")])
keep("sheet-cut.xlsx", raw("<sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></row></sheetData>"), "a sheet that is no XML", [], [said(1, None, "damaged-workbook")])
entity = inline([HEADER, ["&a;", 1988, "2026-03-14", 20, "presencial", "R-1"]])
keep("entities.xlsx", raw(entity, prolog='<!DOCTYPE worksheet [<!ENTITY a "aaaaaaaaaa">]>'), "entities of its own: a bomb of XML", [], [said(1, None, "damaged-workbook")])
keep("rows-backwards.xlsx", raw('<sheetData><row r="3"><c r="A3"><v>1</v></c></row><row r="2"><c r="A2"><v>1</v></c></row></sheetData>'), "rows that go backwards", [], [said(3, None, "damaged-workbook")])
keep("bomb.xlsx", raw(inline([HEADER]) + "<!--" + " " * 16_000_000 + "-->"), "16 MB in 16 KB", [], [said(1, None, "workbook-too-large")])
keep("deep.xlsx", raw("<a>" * 2_000 + "</a>" * 2_000), "tags within tags", [], [said(1, None, "workbook-too-large")])

print(len(list((HERE / "xlsx").glob("*.expect.json"))), "workbooks")
