//! Statistics out of the register, in which nobody can be found (threats.md M4, domain.md P5).
//!
//! What is published is a sum of *blocks*. A block holds the awards of one achievement, kind, occupation and sex, over as many months in a row
//! as it takes until they are at least ten; what does not come to ten is in no block, and in no sum. Every question is answered with the same
//! blocks, so whatever is taken from whatever else, rows from totals or one period from another, is again a sum of blocks and never a number
//! under ten.

use std::collections::{BTreeMap, BTreeSet};

use crate::store::award::Award;

/// 10: no number of fewer awards is published, nor one from which it could be computed.
pub const CELL_LEAST: usize = 10;
/// Persons are told in tens, downwards: the blocks share persons, so that differences of an exact number would be of a few.
pub const PERSONS_TOLD_IN: usize = 10;

/// What awards are told apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// What was achieved.
    Achievement,
    /// The occupation's ISCO-08 major group.
    Isco,
    /// The kind of certificate.
    Kind,
    /// The month of the award.
    Month,
    /// Self-declared, if at all.
    Sex,
}

impl By {
    /// Every one.
    pub const ALL: [By; 5] = [By::Achievement, By::Isco, By::Kind, By::Month, By::Sex];

    /// The code of addresses and answers.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            By::Achievement => "achievement",
            By::Isco => "isco",
            By::Kind => "kind",
            By::Month => "month",
            By::Sex => "sex",
        }
    }

    /// The one of a code.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        By::ALL.into_iter().find(|by| by.code() == code)
    }
}

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// The first month, `YYYY-MM`; empty for no beginning.
    pub from: String,
    /// The last month, `YYYY-MM`; empty for no end.
    pub to: String,
    /// What awards are told apart by.
    pub by: BTreeSet<By>,
}

/// One row of the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What it is of, as asked; an empty text for what is not known of them.
    pub of: Vec<(By, String)>,
    /// How many awards, ten or more; `None` when there are some and it is not said how many.
    pub count: Option<usize>,
    /// Whether awards of this row are left out of the number.
    pub partial: bool,
}

/// The answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The rows, in order.
    pub rows: Vec<Row>,
    /// How many persons, each counted once, in tens downwards.
    pub persons: usize,
    /// How many awards the rows that are told come to.
    pub total: usize,
    /// How many rows have no number.
    pub suppressed: usize,
}

/// Who is told apart from whom, at the finest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Group {
    achievement: String,
    kind: String,
    isco: String,
    sex: String,
}

/// Months in a row of one group.
#[derive(Default)]
struct Block<'a> {
    months: Vec<&'a str>,
    people: Vec<&'a str>,
}

/// Counts certificates that were issued, a corrected one once.
#[must_use]
pub fn report(awards: &[Award], question: &Question) -> Report {
    let mut groups: BTreeMap<Group, BTreeMap<&str, Vec<&str>>> = BTreeMap::new();
    for award in awards.iter().filter(|award| !award.serials.is_empty()) {
        let facts = &award.facts;
        let group = Group {
            achievement: award.achievement.clone(),
            kind: facts.kind.clone(),
            isco: facts.isco.clone().unwrap_or_default(),
            sex: facts.sex.clone().unwrap_or_default(),
        };
        groups.entry(group).or_default().entry(&facts.month).or_default().push(&facts.person);
    }
    let is_asked = |month: &str| {
        (question.from.is_empty() || month >= question.from.as_str())
            && (question.to.is_empty() || month <= question.to.as_str())
    };
    let mut rows: BTreeMap<Vec<(By, String)>, (usize, bool)> = BTreeMap::new();
    let mut persons = BTreeSet::new();
    for (group, months) in &groups {
        for block in blocks(months) {
            let whole = block.people.len() >= CELL_LEAST && block.months.iter().all(|month| is_asked(month));
            // A block of several months is no row of any one of them.
            let told = whole && (block.months.len() == 1 || !question.by.contains(&By::Month));
            if whole {
                persons.extend(block.people.iter().copied());
            }
            let asked: Vec<&str> = block.months.iter().copied().filter(|month| is_asked(month)).collect();
            for (place, month) in asked.iter().enumerate() {
                let (count, partial) = rows.entry(row_of(group, month, &question.by)).or_default();
                *count += if told && place == 0 { block.people.len() } else { 0 };
                *partial |= !told;
            }
        }
    }
    let rows: Vec<Row> = rows
        .into_iter()
        .map(|(of, (count, partial))| Row { of, count: (count > 0).then_some(count), partial })
        .collect();
    Report {
        persons: persons.len() / PERSONS_TOLD_IN * PERSONS_TOLD_IN,
        total: rows.iter().filter_map(|row| row.count).sum(),
        suppressed: rows.iter().filter(|row| row.count.is_none()).count(),
        rows,
    }
}

/// The months of a group, joined until there are ten. The last of them may not come to ten.
fn blocks<'a>(months: &BTreeMap<&'a str, Vec<&'a str>>) -> Vec<Block<'a>> {
    let mut blocks = Vec::new();
    let mut open = Block::default();
    for (month, people) in months {
        open.months.push(month);
        open.people.extend(people);
        if open.people.len() >= CELL_LEAST {
            blocks.push(std::mem::take(&mut open));
        }
    }
    if !open.months.is_empty() {
        blocks.push(open);
    }
    blocks
}

fn row_of(group: &Group, month: &str, by: &BTreeSet<By>) -> Vec<(By, String)> {
    let value = |by: By| match by {
        By::Achievement => group.achievement.clone(),
        By::Isco => group.isco.clone(),
        By::Kind => group.kind.clone(),
        By::Month => month.to_owned(),
        By::Sex => group.sex.clone(),
    };
    by.iter().map(|by| (*by, value(*by))).collect()
}
