//! The register of people's awards: rows of a file become awards that are kept, found and corrected. Inside, a row is JSON of our own; which
//! person it is about stands beside it only as long as the row does.

mod written;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sha2::{Digest as _, Sha256};

use self::written::columns_of;
pub use self::written::{cell, column_code, read, row_of, write};

use super::catalogue::Template;
use super::house::House;
use super::import::{CellProblem, Column, RegisterRow, Settings, fold, names_in, read_register};
use super::institution::DeskError;
use crate::base::multibase;
use crate::base::timestamp::Date;
use crate::credential::achievement::Language;
use crate::store::acts::Hand;
use crate::store::award::{Award, AwardState, Content, Facts};
use crate::store::staff::Member;
use crate::store::{Store, StoreError};

/// 500 rows in one transaction, each with some ten pages: a second or two, and others are let in between.
const CHUNK: usize = 500;
/// No word that somebody types begins with these: they find rows by person.
const SAME_AWARD: char = '#';
const SAME_PERSON: char = '@';
const SAME_DAY: char = '=';
/// 5,000 rows of one word are looked through: beyond that a longer word is needed.
const LOOKED_THROUGH: usize = 5_000;
/// 32 people of one name and one year of birth are held against a row.
const NAMESAKES: usize = 32;

/// How a row of a file stands to the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// The same person and achievement is there, with other content.
    Changed(Box<Award>),
    /// The same person has a certificate of this achievement with other content, issued before there was a register of it.
    ChangedBefore(String),
    /// The same has a certificate, issued before there was a register of it.
    IssuedBefore(String),
    /// Nobody there yet.
    New,
    /// The same is there.
    Unchanged(Box<Award>),
}

/// A file that is brought into the register.
#[derive(Clone, Copy, Debug)]
pub struct Intake<'a> {
    /// What its rows achieved.
    pub template: &'a Template,
    /// The key under which a repeated import is the same one.
    pub once: &'a str,
    /// Whether changed rows are corrected, or only told of.
    pub corrections: bool,
    /// Whose import it is.
    pub by: &'a Hand,
}

/// What became of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Rows that came in by this import.
    pub enrolled: usize,
    /// Rows that were there as they are.
    pub already: usize,
    /// Rows of the file that differ from the register.
    pub changed: Vec<u32>,
    /// Those of them that could not be corrected now: they are in a batch, or forgotten.
    pub refused: Vec<u32>,
}

/// The cells of a row as somebody typed them; `None` for what stays as it is, an empty text for what is taken away.
#[derive(Clone, Debug, Default)]
pub struct Cells(pub Vec<(Column, String)>);

/// Why a row was not corrected.
#[derive(Debug)]
pub enum NotCorrected {
    /// The cells, each with what is wrong.
    Cells(Vec<CellProblem>),
    /// The desk or its store.
    Desk(DeskError),
}

impl From<StoreError> for NotCorrected {
    fn from(error: StoreError) -> Self {
        NotCorrected::Desk(error.into())
    }
}

impl From<DeskError> for NotCorrected {
    fn from(error: DeskError) -> Self {
        NotCorrected::Desk(error)
    }
}

/// How a row stands to the register.
///
/// # Errors
/// [`StoreError`].
pub fn known(house: &House, template: &Template, row: &RegisterRow) -> Result<Known, StoreError> {
    let store = house.store();
    let digest = row.digest();
    if let Some(award) = at_mark(&**store, &award_mark(house, template, row))? {
        let same = row_of(&award)?.digest() == digest;
        return Ok(if same { Known::Unchanged(Box::new(award)) } else { Known::Changed(Box::new(award)) });
    }
    let person = multibase::base64url(&row.same_person_key(house.institution().did(), &template.id));
    Ok(match store.by_person(&person)? {
        None => Known::New,
        Some(record) if record.row == multibase::base64url(&digest) => Known::IssuedBefore(record.serial),
        Some(record) => Known::ChangedBefore(record.serial),
    })
}

/// Brings rows in, in transactions of 500: a repeated import brings nothing twice.
///
/// # Errors
/// [`DeskError`]; whole transactions before it stay.
pub fn take_in(house: &House, intake: Intake<'_>, rows: &[RegisterRow]) -> Result<Taken, DeskError> {
    let _alone = house.register();
    let mut taken = Taken::default();
    let mut people = People::default();
    let hands = Hands::of(house)?;
    for chunk in rows.chunks(CHUNK) {
        let (mut fresh, mut before) = (Vec::with_capacity(chunk.len()), Vec::new());
        for row in chunk {
            match known(house, intake.template, row)? {
                // It came in the first time that this very import was sent.
                Known::Unchanged(award)
                    if came_by(&award, intake, row) && !(award.version == 0 && award.serials.len() == 1) =>
                {
                    taken.enrolled += 1;
                }
                Known::Unchanged(_) => taken.already += 1,
                Known::New => fresh.push(imported(house, intake, row, &mut people, &hands)?),
                // From now on they are found here, and corrected.
                Known::IssuedBefore(serial) => {
                    taken.already += 1;
                    let award = imported(house, intake, row, &mut people, &hands)?;
                    before.push(Award { state: AwardState::Issued, serials: vec![serial], ..award });
                }
                Known::ChangedBefore(serial) => {
                    taken.changed.push(row.row);
                    if intake.corrections {
                        let award = imported(house, intake, row, &mut people, &hands)?;
                        before.push(Award { serials: vec![serial], ..award });
                    }
                }
                Known::Changed(award) => {
                    taken.changed.push(row.row);
                    if intake.corrections {
                        match put_in_place(house, intake.template, *award, row, &hands, intake.by) {
                            Ok(_) => {}
                            Err(DeskError::Store(StoreError::NotNow)) => taken.refused.push(row.row),
                            Err(error) => return Err(error),
                        }
                    }
                }
            }
        }
        taken.enrolled += house.store().enrol(&fresh, intake.by)?;
        house.store().enrol(&before, intake.by)?;
    }
    Ok(taken)
}

/// Corrects a row by what somebody typed, under the same rules as a cell of a file.
///
/// # Errors
/// [`NotCorrected`]; `Stale` when the row is of another version.
pub fn correct(
    house: &House,
    id: &str,
    version: u32,
    cells: &Cells,
    today: Date,
    by: &Hand,
) -> Result<Award, NotCorrected> {
    let _alone = house.register();
    let award = house.store().award(id)?.ok_or_else(|| StoreError::Unknown(id.to_owned()))?;
    if award.version != version {
        return Err(StoreError::Stale.into());
    }
    let was = row_of(&award)?;
    let template = house.template_of(&award.achievement, was.terms.kind()).ok_or(DeskError::Value("achievement"))?;
    let template = &*template;
    let row = RegisterRow { row: was.row, ..typed(template, &was, cells, today)? };
    let there = at_mark(&**house.store(), &award_mark(house, template, &row))?;
    // Two rows of one person and achievement could not both be signed.
    if there.is_some_and(|there| there.id != award.id) {
        return Err(StoreError::Taken.into());
    }
    Ok(put_in_place(house, template, award, &row, &Hands::of(house)?, by)?)
}

/// The folded words under which somebody is searched: at most as many as a name has.
#[must_use]
pub fn words(text: &str) -> BTreeSet<String> {
    let folded = fold(text);
    let words = folded.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

/// The rows that have, for each word that is typed, a word that begins so; the first `most` of them. Of what is typed ten words count.
///
/// # Errors
/// [`StoreError`].
pub fn search(store: &dyn Store, typed: &str, most: usize) -> Result<Vec<Award>, StoreError> {
    /// 10 words: a long name has eight.
    const WORDS_MOST: usize = 10;
    let words: Vec<String> = words(typed).into_iter().take(WORDS_MOST).collect();
    // The longest is found through the index, the others in what it finds.
    let Some(longest) = words.iter().max_by_key(|word| word.len()) else { return Ok(Vec::new()) };
    let has_all = |award: &Award| {
        let own = award.content.as_ref().map(|content| content.words.as_slice()).unwrap_or_default();
        words.iter().all(|word| own.iter().any(|own| own.starts_with(word.as_str())))
    };
    let mut found = Vec::new();
    for id in store.found(longest, LOOKED_THROUGH)? {
        found.extend(store.award(&id)?.filter(has_all));
        if found.len() == most {
            break;
        }
    }
    Ok(found)
}

/// The first `most` other rows of a row's person, or of somebody who may be: whoever asks what is kept of them, or to be forgotten, asks for
/// all of it. To whom the register gives another number is another person.
///
/// # Errors
/// [`StoreError`].
pub fn others(house: &House, award: &Award, most: usize) -> Result<Vec<Award>, StoreError> {
    // Of somebody who was forgotten nobody knows which rows were theirs too.
    let Ok(row) = row_of(award) else { return Ok(Vec::new()) };
    let store = house.store();
    let own = number(&row);
    let may_be = |other: &RegisterRow| own.is_none() || number(other).is_none_or(|other| Some(other) == own);
    let mut others = BTreeMap::new();
    for mark in person_marks(house, &row) {
        // Namesakes with other numbers stand between the rows of one person.
        for id in store.found(&mark, LOOKED_THROUGH)? {
            if id == award.id || others.contains_key(&id) {
                continue;
            }
            if others.len() == most {
                break;
            }
            let other = store.award(&id)?.filter(|other| row_of(other).is_ok_and(|row| may_be(&row)));
            others.extend(other.map(|other| (id, other)));
        }
    }
    Ok(others.into_values().collect())
}

/// Reads what was typed as a file of one row: the rules for cells are written once.
fn typed(template: &Template, was: &RegisterRow, cells: &Cells, today: Date) -> Result<RegisterRow, NotCorrected> {
    let columns: Vec<Column> = columns_of(template.kind()).collect();
    let said = |column: &Column| {
        let typed = cells.0.iter().find(|(of, _)| of == column).map(|(_, text)| text.clone());
        typed.unwrap_or_else(|| cell(was, *column))
    };
    let mut out = csv::Writer::from_writer(Vec::new());
    let header: Vec<&str> = columns.iter().map(|column| column.header(Language::En)).collect();
    let values: Vec<String> = columns.iter().map(said).collect();
    let broken = || DeskError::Value("row");
    out.write_record(&header).and_then(|()| out.write_record(&values)).map_err(|_| broken())?;
    let file = out.into_inner().map_err(|_| broken())?;
    let mut settings = Settings::of(today, was.language);
    // Somebody looked at this one row, and says who it is.
    settings.one_person.insert(2);
    settings.for_statistics = true;
    let import = read_register(&file, template, &settings).map_err(NotCorrected::Cells)?;
    if !import.problems.is_empty() {
        return Err(NotCorrected::Cells(import.problems));
    }
    import.rows.into_iter().next().ok_or_else(|| broken().into())
}

/// The row of a decision on prior learning, under its case's name. What the store knows better it says itself.
pub(super) fn award_of(
    house: &House,
    template: &Template,
    row: &RegisterRow,
    id: String,
    by: &Hand,
) -> Result<Award, DeskError> {
    award(house, template, row, id, People::default().of(house, row)?, &Hands::of(house)?, by)
}

/// The members whom somebody names as the ones who taught or judged.
pub(super) fn members_named<'n>(
    house: &House,
    names: impl Iterator<Item = &'n str>,
) -> Result<BTreeSet<String>, StoreError> {
    Ok(Hands::of(house)?.named(names))
}

/// What was decided on prior learning is decided there and nowhere else (domain.md 2b): of such a row the rest is corrected.
fn must_not_decide(house: &House, award: &Award, row: &RegisterRow) -> Result<(), DeskError> {
    let decided = [Column::Assessor, Column::Method, Column::RegisterId, Column::Trainer, Column::Units];
    let was = row_of(award)?;
    let same = decided.into_iter().all(|column| cell(&was, column) == cell(row, column));
    if same || house.store().case(&award.id)?.is_none() { Ok(()) } else { Err(StoreError::NotAllowed.into()) }
}

/// Puts a row in the place of an award's.
fn put_in_place(
    house: &House,
    template: &Template,
    award: Award,
    row: &RegisterRow,
    hands: &Hands,
    by: &Hand,
) -> Result<Award, DeskError> {
    must_not_decide(house, &award, row)?;
    let content = content(house, template, row)?;
    let facts = facts(template, row, person_now(house, &award, row)?);
    let changed =
        Award { hash: content.hash(), content: Some(content), facts, assessed_by: hands.named_in(row), ..award };
    house.store().change_award(&changed, by)?;
    let now = house.store().award(&changed.id)?;
    Ok(now.ok_or(StoreError::Unknown(changed.id))?)
}

/// A row that an import brings, under a name of its own.
fn imported(
    house: &House,
    intake: Intake<'_>,
    row: &RegisterRow,
    people: &mut People,
    hands: &Hands,
) -> Result<Award, DeskError> {
    let person = people.of(house, row)?;
    let mut award = award(house, intake.template, row, house.new_id()?, person, hands, intake.by)?;
    if let Some(content) = &mut award.content {
        content.came = Some(content.of_import(intake.once, row.row));
    }
    Ok(award)
}

/// Whether a row came by this import, as this row of it.
fn came_by(award: &Award, intake: Intake<'_>, row: &RegisterRow) -> bool {
    award.content.as_ref().is_some_and(|it| it.came.as_ref() == Some(&it.of_import(intake.once, row.row)))
}

fn award(
    house: &House,
    template: &Template,
    row: &RegisterRow,
    id: String,
    person: String,
    hands: &Hands,
    by: &Hand,
) -> Result<Award, DeskError> {
    let content = content(house, template, row)?;
    Ok(Award {
        id,
        achievement: template.id.to_string(),
        hash: content.hash(),
        content: Some(content),
        facts: facts(template, row, person),
        state: AwardState::Open,
        serials: Vec::new(),
        by: by.clone(),
        touched_by: BTreeSet::from([by.who.clone()]),
        assessed_by: hands.named_in(row),
        version: 0,
    })
}

fn content(house: &House, template: &Template, row: &RegisterRow) -> Result<Content, DeskError> {
    let mut found_by = words(row.name.as_str());
    found_by.extend(row.register_id.iter().flat_map(|id| words(id)));
    found_by.insert(award_mark(house, template, row));
    found_by.extend(person_marks(house, row));
    found_by.insert(day_mark(row.awarded));
    let text = write(row);
    // What could not be read again would be a person who is in the register and can be neither signed nor shown.
    if read(&text).as_ref() != Some(row) {
        return Err(DeskError::Value("row"));
    }
    Ok(Content { salt: house.new_id()?, row: text, words: found_by.into_iter().collect(), came: None })
}

fn facts(template: &Template, row: &RegisterRow, person: String) -> Facts {
    let isco = template.alignments.iter().find(|row| row.framework.as_deref().is_some_and(|it| it.starts_with("ISCO")));
    let isco = isco.and_then(|row| row.code.as_deref()?.chars().next()).map(String::from);
    let month = row.awarded.to_string().chars().take("YYYY-MM".len()).collect();
    let sex = row.sex.map(|sex| sex.code().to_owned());
    Facts { month, kind: row.terms.kind().code().to_owned(), sex, isco, person }
}

/// Who works here, by the names under which a row may name them as the one who taught or judged.
struct Hands(Vec<(String, String)>);

impl Hands {
    fn of(house: &House) -> Result<Self, StoreError> {
        let members = house.store().members()?;
        let names = |member: Member| [fold(&member.name), fold(&member.login)].map(|name| (name, member.id.clone()));
        Ok(Self(members.into_iter().flat_map(names).collect()))
    }

    /// The members whom a row names.
    fn named_in(&self, row: &RegisterRow) -> BTreeSet<String> {
        self.named([&row.assessed.trainer, &row.assessed.assessor].into_iter().flatten().map(String::as_str))
    }

    fn named<'n>(&self, names: impl Iterator<Item = &'n str>) -> BTreeSet<String> {
        let ids = |name: String| self.0.iter().filter(move |(of, _)| *of == name).map(|(_, id)| id.clone());
        names.flat_map(names_in).flat_map(ids).collect()
    }
}

/// Who is known under a mark: the number that the register has of them, and the one that we count them by.
type Namesake = (Option<String>, String);

/// The people of one import, each under their marks, beside those whom the register has.
#[derive(Default)]
struct People {
    known: HashMap<String, Vec<Namesake>>,
    /// The row that is corrected: what it said until now does not count.
    but: Option<String>,
}

impl People {
    /// The number of this person: the one of their other rows, else a new one (domain.md D36). Rows are of one person when the register gives
    /// them one number, with one year of birth; or when name and year are the same and it does not give them two numbers. In whatever order
    /// they come, of one person it never knows two numbers.
    fn of(&mut self, house: &House, row: &RegisterRow) -> Result<String, DeskError> {
        let person = match self.named(house, row)? {
            Some(person) => person,
            None => house.new_id()?,
        };
        let id = number(row);
        for mark in person_marks(house, row) {
            let known = self.under(house, &mark)?;
            let namesake = (id.clone(), person.clone());
            if !known.contains(&namesake) {
                known.push(namesake);
            }
        }
        Ok(person)
    }

    /// The person of these marks, where there is one.
    fn named(&mut self, house: &House, row: &RegisterRow) -> Result<Option<String>, DeskError> {
        let (id, marks) = (number(row), person_marks(house, row));
        let [numbered @ .., name] = marks.as_slice() else { return Ok(None) };
        for mark in numbered {
            if let Some((_, person)) = self.under(house, mark)?.first() {
                return Ok(Some(person.clone()));
            }
        }
        let known = self.under(house, name)?;
        let is_other = |person: &String| {
            known.iter().any(|(other, of)| of == person && id.is_some() && other.is_some() && *other != id)
        };
        Ok(known.iter().map(|(_, person)| person).find(|person| !is_other(person)).cloned())
    }

    /// Who is known under a mark; the register is asked once.
    fn under(&mut self, house: &House, mark: &str) -> Result<&mut Vec<Namesake>, DeskError> {
        if !self.known.contains_key(mark) {
            let store = house.store();
            let mut known = Vec::new();
            for id in store.found(mark, NAMESAKES)? {
                let award = store.award(&id)?.filter(|award| self.but.as_ref() != Some(&award.id));
                let Some(award) = award.filter(|award| award.content.is_some()) else { continue };
                known.push((number(&row_of(&award)?), award.facts.person));
            }
            self.known.insert(mark.to_owned(), known);
        }
        Ok(self.known.entry(mark.to_owned()).or_default())
    }
}

/// Whose a row is once it is corrected: whom its number or name says now; else who it was, unless the register gives that person another number.
fn person_now(house: &House, award: &Award, row: &RegisterRow) -> Result<String, DeskError> {
    let was = row_of(award)?;
    let person = &award.facts.person;
    if person_marks(house, &was) == person_marks(house, row) {
        return Ok(person.clone());
    }
    let mut people = People { but: Some(award.id.clone()), ..People::default() };
    let id = number(row);
    let mut own = Vec::new();
    for mark in person_marks(house, &was) {
        own.extend(people.under(house, &mark)?.iter().filter(|(_, of)| of == person).map(|(other, _)| other.clone()));
    }
    let is_other = id.is_some() && own.iter().flatten().any(|other| Some(other) != id.as_ref());
    match people.named(house, row)? {
        Some(named) if id.is_some() || own.is_empty() => Ok(named),
        None if is_other => Ok(house.new_id()?),
        _ => Ok(person.clone()),
    }
}

/// The number that the register has of a person.
fn number(row: &RegisterRow) -> Option<String> {
    row.register_id.as_deref().map(fold)
}

fn at_mark(store: &dyn Store, mark: &str) -> Result<Option<Award>, StoreError> {
    match store.found(mark, 1)?.first() {
        Some(id) => store.award(id),
        None => Ok(None),
    }
}

/// Under which word the row of this person and achievement is found.
fn award_mark(house: &House, template: &Template, row: &RegisterRow) -> String {
    let key = row.same_person_key(house.institution().did(), &template.id);
    format!("{SAME_AWARD}{}", multibase::base64url(&key))
}

/// Under which word every row that was awarded on this day is found.
pub(super) fn day_mark(day: Date) -> String {
    format!("{SAME_DAY}{day}")
}

/// Under which words every row of this person is found: the register's number of them and the year of birth, where it gives one; folded name
/// and year of birth.
fn person_marks(house: &House, row: &RegisterRow) -> Vec<String> {
    let institution = house.institution();
    let did = institution.did();
    let mark = |kind: &str, who: &str| {
        let text = format!("skillpass {kind}\0{did}\0{}\0{}", fold(who), row.birth_year);
        format!("{SAME_PERSON}{}", multibase::base64url(&Sha256::digest(text)))
    };
    let numbered = row.register_id.as_deref().map(|id| mark("numbered person", id));
    numbered.into_iter().chain([mark("person", row.name.as_str())]).collect()
}
