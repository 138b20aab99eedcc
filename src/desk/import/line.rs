//! One row under the header: complete, or everything that keeps it from being issued.

use std::borrow::Cow;

use csv::StringRecord;

use super::columns::Column;
use super::problem::{CellProblem, Code, Fix};
use super::reading::Register;
use super::row::{Assessed, RegisterRow};
use super::sex::Sex;
use super::workbook::Mark;
use super::{CELL_BYTES, cells, dates, names};
use crate::base::did::Did;
use crate::base::limits::WORKING_AGE_YEARS;
use crate::base::timestamp::Date;
use crate::credential::achievement::{Kind, Language};
use crate::credential::terms::{Course, Method, Modality, Terms};
use crate::desk::catalogue::Form;

/// One row under the header.
#[derive(Clone, Debug)]
pub struct Line {
    /// The row, or everything that keeps it from being issued, in the order of columns.
    pub read: Result<RegisterRow, Vec<CellProblem>>,
    /// What the clerk should know about it.
    pub notes: Vec<CellProblem>,
}

/// Whether a row has as many cells as the header; empty cells at the end do not count as more.
pub(super) fn fits(record: &StringRecord, header: usize) -> bool {
    record.len() >= header && record.iter().skip(header).all(|cell| cell.trim().is_empty())
}

/// One row being read, and what was found wrong so far.
pub(super) struct RowReader<'r> {
    register: &'r Register<'r>,
    row: u32,
    record: &'r StringRecord,
    problems: Vec<(Column, CellProblem)>,
}

impl<'r> RowReader<'r> {
    pub fn of(register: &'r Register<'r>, row: u32, record: &'r StringRecord) -> Self {
        Self { register, row, record, problems: Vec::new() }
    }

    pub fn read(mut self) -> Line {
        let header = self.register.table.header.len();
        if !fits(self.record, header) {
            let fix = Fix::Cells { expected: header, got: self.record.len() };
            let read = Err(vec![CellProblem::of_row(self.row, Code::RaggedRow, fix)]);
            return Line { read, notes: Vec::new() };
        }
        if let Some((place, cell)) = self.record.iter().enumerate().find(|(_, cell)| cell.len() > CELL_BYTES) {
            let header = self.register.table.header.get(place).map_or("", String::as_str);
            let problem = CellProblem::of_cell(self.row, header, Code::CellTooLong, cell, Fix::Most(CELL_BYTES));
            return Line { read: Err(vec![problem]), notes: Vec::new() };
        }
        let settings = self.register.settings;
        self.marks();

        let one_person = settings.one_person.contains(&self.row);
        let name = names::read(&self.cell_as_written(Column::Name), one_person)
            .map_err(|(code, fix)| self.report(Column::Name, code, fix))
            .ok();
        let awarded = self.awarded();
        let birth_year = self.birth_year(awarded);
        let valid_until = self.valid_until(awarded);
        let language = self.language();
        let terms = self.terms(language);
        let assessed = self.assessed();
        let register_id = self.register_id();
        let holder_key = self.holder_key();

        let mut notes = Vec::new();
        if self.register.table.is_hidden(self.row) {
            notes.push(CellProblem::of_row(self.row, Code::RowHidden, Fix::Nothing));
        }
        let sex = self.sex(&mut notes);
        if let Some(name) = &name
            && name.as_str().chars().any(char::is_uppercase)
            && !name.as_str().chars().any(char::is_lowercase)
        {
            notes.push(self.problem(Column::Name, Code::NameInCapitals, Fix::Nothing));
        }
        let read = match (name, birth_year, awarded, terms) {
            (Some(name), Some(birth_year), Some(awarded), Some(terms)) if self.problems.is_empty() => Ok(RegisterRow {
                row: self.row,
                name,
                birth_year,
                awarded,
                valid_until,
                terms,
                language,
                holder_key,
                register_id,
                assessed,
                sex,
            }),
            _ => {
                // Values given for all rows have no place, and are said first.
                self.problems.sort_by_key(|(column, _)| self.register.table.place(*column));
                Err(self.problems.into_iter().map(|(_, problem)| problem).collect())
            }
        };
        Line { read, notes }
    }

    /// Cells that a spreadsheet joined, or calculated without a value to rely on: each is told once, whatever else it holds.
    fn marks(&mut self) {
        let (table, kind) = (&self.register.table, self.register.template.kind());
        for column in Column::ALL.into_iter().filter(|column| column.is_of(kind) && *column != Column::Sex) {
            match table.mark(self.row, column) {
                Some(Mark::FormulaWithoutValue) => self.report(column, Code::FormulaWithoutValue, Fix::Nothing),
                Some(Mark::Merged) => self.report(column, Code::MergedCell, Fix::Nothing),
                Some(Mark::FormulaValue) | None => {}
            }
        }
    }

    /// The cell as it stands in the file; empty where there is no such column.
    fn cell_as_written(&self, column: Column) -> Cow<'r, str> {
        self.register.table.cell(column, self.record)
    }

    /// The cell, trimmed; `None` when it is empty, or no column has it.
    fn cell(&self, column: Column) -> Option<&'r str> {
        // The name alone can be of two cells, and is read as it is written.
        let place = self.register.table.place(column)?;
        self.record.get(place).map(str::trim).filter(|cell| !cell.is_empty())
    }

    /// Something about one cell, or about a value given for all rows.
    pub fn problem(&self, column: Column, code: Code, fix: Fix) -> CellProblem {
        match self.register.table.place(column) {
            Some(place) => {
                let header = self.register.table.header.get(place).map_or("", String::as_str);
                CellProblem::of_cell(self.row, header, code, &self.cell_as_written(column), fix)
            }
            None => CellProblem::of_row(self.row, code, fix),
        }
    }

    /// Reports a problem, unless the cell has one already.
    fn report(&mut self, column: Column, code: Code, fix: Fix) {
        if self.problems.iter().any(|(reported, _)| *reported == column) {
            return;
        }
        let problem = self.problem(column, code, fix);
        self.problems.push((column, problem));
    }

    /// The value that a cell has, else the one given for all rows; `None` and a report when it has neither, or a bad one.
    fn value<T>(
        &mut self,
        column: Column,
        for_all: Option<T>,
        of_cell: impl Fn(&str) -> Option<T>,
        empty: Code,
        bad: (Code, Fix),
    ) -> Option<T> {
        let (value, (code, fix)) = match self.cell(column) {
            Some(cell) => (of_cell(cell), bad),
            None => (for_all, (empty, Fix::Nothing)),
        };
        if value.is_none() {
            self.report(column, code, fix);
        }
        value
    }

    fn date(&mut self, column: Column, cell: Result<Date, Code>) -> Option<Date> {
        let order = self.register.date_order;
        cell.map_err(|code| {
            let fix = match (code, order) {
                (Code::MixedDateOrder, Some(order)) => Fix::Order(order),
                _ => Fix::Nothing,
            };
            self.report(column, code, fix);
        })
        .ok()
    }

    fn awarded(&mut self) -> Option<Date> {
        let settings = self.register.settings;
        let read = match (self.cell(Column::AwardDate), settings.for_all.awarded) {
            (Some(cell), _) => dates::read(cell, self.register.date_order),
            (None, Some(given)) => Ok(given),
            (None, None) => Err(Code::BadDate),
        };
        let awarded = self.date(Column::AwardDate, read)?;
        if awarded > settings.today {
            self.report(Column::AwardDate, Code::AwardInFuture, Fix::Nothing);
        }
        Some(awarded)
    }

    fn valid_until(&mut self, awarded: Option<Date>) -> Option<Date> {
        let until = match self.cell(Column::ValidUntil) {
            Some(cell) => {
                let read = dates::read(cell, self.register.date_order);
                self.date(Column::ValidUntil, read)?
            }
            None => self.register.settings.for_all.valid_until?,
        };
        if awarded.is_some_and(|awarded| until <= awarded) {
            self.report(Column::ValidUntil, Code::BadValidUntil, Fix::Nothing);
        }
        Some(until)
    }

    fn birth_year(&mut self, awarded: Option<Date>) -> Option<i32> {
        let latest = awarded.unwrap_or(self.register.settings.today).year();
        let of_cell = |cell: &str| cells::birth_year(cell, latest);
        let bad = (Code::BadBirthYear, Fix::Nothing);
        let year = self.value(Column::BirthYear, None, of_cell, Code::BadBirthYear, bad)?;
        let young = |awarded: Date| awarded.year() - year < WORKING_AGE_YEARS;
        if self.register.template.kind() == Kind::Competence && awarded.is_some_and(young) {
            self.report(Column::BirthYear, Code::TooYoung, Fix::Nothing);
        }
        Some(year)
    }

    fn language(&mut self) -> Language {
        let default = self.register.settings.default_language;
        let bad = (Code::BadLanguage, Fix::Languages);
        self.value(Column::Language, Some(default), cells::language, Code::BadLanguage, bad).unwrap_or(default)
    }

    fn terms(&mut self, language: Language) -> Option<Terms> {
        match &self.register.template.form {
            Form::Attendance => self.course(None).map(Terms::Attendance),
            Form::ModuleCompletion => self.course(Some(self.register.template.hours)).map(Terms::ModuleCompletion),
            Form::Competence { .. } => {
                let units = self.units(language);
                let given = self.register.settings.for_all.method;
                let bad = (Code::BadMethod, Fix::Methods);
                let of_cell = |cell: &str| -> Option<Method> { cells::METHODS.read(cell) };
                let method = self.value(Column::Method, given, of_cell, Code::NoMethod, bad);
                Some(Terms::Competence { units: units?, method: method? })
            }
            Form::FromArchive { .. } => self.archive().map(|archive| Terms::FromArchive { archive }),
        }
    }

    fn course(&mut self, of_catalogue: Option<u16>) -> Option<Course> {
        let given = self.register.settings.for_all;
        let bad = (Code::BadHours, Fix::Nothing);
        let hours = self.value(Column::Hours, given.hours.or(of_catalogue), cells::hours, Code::NoHours, bad);
        let bad = (Code::BadModality, Fix::Modalities);
        let of_cell = |cell: &str| -> Option<Modality> { cells::MODALITIES.read(cell) };
        let modality = self.value(Column::Modality, given.modality, of_cell, Code::NoModality, bad);
        Some(Course { hours: hours?, modality: modality? })
    }

    /// Units as `CODE Title`, each once, in the order written.
    fn units(&mut self, language: Language) -> Option<Vec<String>> {
        let known = self.register.template.units();
        let of_cell = |cell: &str| {
            let mut units: Vec<String> = Vec::new();
            for code in cell.split('|').map(str::trim).filter(|code| !code.is_empty()) {
                let unit = known.iter().find(|unit| unit.code.eq_ignore_ascii_case(code))?;
                let shown = format!("{} {}", unit.code, unit.name.in_language(language));
                if !units.contains(&shown) {
                    units.push(shown);
                }
            }
            (!units.is_empty()).then_some(units)
        };
        let bad = (Code::UnknownUnit, Fix::Units(known.iter().map(|unit| unit.code.clone()).collect()));
        self.value(Column::Units, None, of_cell, Code::NoUnits, bad)
    }

    fn archive(&mut self) -> Option<String> {
        let Some(cell) = self.cell(Column::Archive) else {
            self.report(Column::Archive, Code::NoArchive, Fix::Nothing);
            return None;
        };
        let read = if names::begins_formula(cell) {
            Err((Code::Formula, Fix::Nothing))
        } else if let Some(fix) = names::mojibake(&self.cell_as_written(Column::Archive)) {
            Err((Code::Mojibake, fix))
        } else {
            cells::line(cell, cells::ARCHIVE_CHARACTERS).ok_or((Code::BadArchive, Fix::Most(cells::ARCHIVE_CHARACTERS)))
        };
        read.map_err(|(code, fix)| self.report(Column::Archive, code, fix)).ok()
    }

    fn register_id(&mut self) -> Option<String> {
        let cell = self.cell(Column::RegisterId)?;
        let read = if names::begins_formula(cell) {
            Err((Code::Formula, Fix::Nothing))
        } else {
            cells::line(cell, cells::REGISTER_ID_CHARACTERS)
                .ok_or((Code::BadRegisterId, Fix::Most(cells::REGISTER_ID_CHARACTERS)))
        };
        read.map_err(|(code, fix)| self.report(Column::RegisterId, code, fix)).ok()
    }

    /// Who taught, who judged and by what, where this kind of award has it.
    fn assessed(&mut self) -> Assessed {
        let kind = self.register.template.kind();
        let mut said = [Column::Trainer, Column::Assessor, Column::Evidence]
            .map(|column| if column.is_of(kind) { self.reference(column) } else { None })
            .into_iter();
        let mut next = || said.next().flatten();
        let assessed = Assessed { trainer: next(), assessor: next(), evidence: next() };
        if assessed.is_by_one() {
            self.report(Column::Assessor, Code::TrainerAssesses, Fix::Nothing);
        }
        assessed
    }

    /// A line of text that nobody signs.
    fn reference(&mut self, column: Column) -> Option<String> {
        let cell = self.cell(column)?;
        let read = if names::begins_formula(cell) {
            Err((Code::Formula, Fix::Nothing))
        } else if let Some(fix) = names::mojibake(&self.cell_as_written(column)) {
            Err((Code::Mojibake, fix))
        } else {
            let most = cells::REFERENCE_CHARACTERS;
            cells::line(cell, most).ok_or((Code::BadReference, Fix::Most(most)))
        };
        read.map_err(|(code, fix)| self.report(column, code, fix)).ok()
    }

    fn holder_key(&mut self) -> Option<Did> {
        let cell = self.cell(Column::HolderKey)?;
        let key = Did::parse(cell).ok().filter(|did| did.own_key().is_some());
        if key.is_none() {
            self.report(Column::HolderKey, Code::BadHolderKey, Fix::Nothing);
        }
        key
    }

    /// What the person says of their sex. A word that is not understood keeps nobody from a certificate.
    fn sex(&self, notes: &mut Vec<CellProblem>) -> Option<Sex> {
        let cell = self.cell(Column::Sex)?;
        let sex = self.register.sexes.read(cell);
        if sex.is_none() {
            notes.push(self.problem(Column::Sex, Code::BadSex, Fix::Sexes));
        }
        sex
    }
}
