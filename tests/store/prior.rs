//! Recognition of prior learning: every stage with every step, random ways, and what every store is held to (domain.md 2b; D15, D23, D29).

use std::cell::RefCell;
use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use skillpass::base::timestamp::{Date, Timestamp};
use skillpass::store::acts::{Hand, What};
use skillpass::store::award::{Award, AwardState, Content};
use skillpass::store::memory::MemoryStore;
use skillpass::store::prior::progress::{Progress, Stage};
use skillpass::store::prior::transition::{Answer, Finding, Outcome, Plan, Reason, Subject, Transition, Verdict};
use skillpass::store::prior::{AGAIN_DAYS, APPEAL_DAYS, Case, FILE_STEPS_MOST, Intent, STEPS_MOST, Step, is_overdue};
use skillpass::store::release::{Decision, Warrant};
use skillpass::store::staff::{Member, Role};
use skillpass::store::{Store, StoreError};

use super::desk::{award, batch, certificate, member};
use super::each;

const COOK: &str = "urn:skillpass:competence:cook";
const BEGAN: &str = "2026-03-02";
const UNITS: [&str; 2] = ["COOK-1", "COOK-2"];

/// Whoever does what, so many days after the enquiry.
fn on(who: &str, day: i64) -> Hand {
    let date = Date::parse(BEGAN).unwrap().plus_days(day).unwrap();
    Hand::of(who, Timestamp::from_seconds(date.first_second().seconds() + 36_000).unwrap())
}

/// Carla keeps the file, Tom taught, Eva judges, Eli verifies, Edu comes from outside, Sol decides, Sira hears appeals.
fn staff() -> Vec<Member> {
    let all: [(&str, &[Role]); 9] = [
        ("boss", &[Role::Administrator]),
        ("carla", &[Role::Clerk]),
        ("tom", &[Role::Assessor, Role::Signatory]),
        ("eva", &[Role::Assessor, Role::Signatory]),
        ("eli", &[Role::Assessor]),
        ("edu", &[Role::Assessor]),
        ("sol", &[Role::Signatory]),
        ("sira", &[Role::Signatory]),
        ("ada", &[Role::Auditor]),
    ];
    all.into_iter().map(|(id, roles)| Member { login: format!("{id}@prior"), ..member(id, roles) }).collect()
}

fn employ(store: &dyn Store) {
    for member in staff() {
        if store.member(&member.id).unwrap().is_none() {
            store.keep_member(&member, &on("boss", 0)).unwrap();
        }
    }
}

fn content(text: &str) -> Content {
    Content {
        salt: format!("salt {text}"),
        row: format!("{{\"name\":\"Ñáñez {text}\"}}"),
        words: Vec::new(),
        came: None,
    }
}

fn plan() -> Transition {
    let codes = |units: &[&str]| units.iter().map(|unit| (*unit).to_owned()).collect::<Vec<_>>();
    Transition::AgreePlan(Plan {
        standard: "example EX-5120".to_owned(),
        version: "1".to_owned(),
        all: codes(&UNITS),
        units: codes(&UNITS),
        method: "observation".to_owned(),
        trainers: BTreeSet::from(["tom".to_owned()]),
    })
}

fn judge(unit: usize, verdict: Verdict) -> Transition {
    Transition::Judge(UNITS[unit].to_owned(), verdict)
}

fn about(unit: usize) -> Subject {
    Subject::Unit(UNITS[unit].to_owned())
}

/// A step with what has to come with it.
fn intent(case: &str, to_do: Transition) -> Intent {
    let reason = to_do.reasons()[0];
    let writes = matches!(to_do, Transition::Enquire | Transition::KeepFile);
    let row = match &to_do {
        Transition::Decide(outcome) if outcome.makes_a_row() => Some(row(case)),
        _ => None,
    };
    Intent { to_do, reason, content: writes.then(|| content(case)), row }
}

/// The row as the desk makes it.
fn row(case: &str) -> Award {
    let mut row = award(case, "sol");
    row.achievement = COOK.to_owned();
    row.facts.kind = "competence".to_owned();
    row
}

fn opened(store: &dyn Store, id: &str) -> Case {
    employ(store);
    let case = Case::new(id.to_owned(), COOK.to_owned(), content(id));
    store.open_case(&case, &intent(id, Transition::Enquire), &on("carla", 0)).unwrap()
}

/// One step more, from the version that is there.
fn go(store: &dyn Store, id: &str, to_do: Transition, by: &Hand) -> Result<Case, StoreError> {
    let version = store.case(id).unwrap().unwrap().version();
    store.move_case(id, version, &intent(id, to_do), by)
}

fn stage(store: &dyn Store, id: &str) -> Stage {
    store.case(id).unwrap().unwrap().progress().unwrap().stage
}

/// Up to evidence that is taken in.
fn in_evidence(store: &dyn Store, id: &str) {
    opened(store, id);
    let way = [
        (Transition::Register, "carla", 1),
        (Transition::Interview(Finding::Eligible), "eva", 2),
        (plan(), "carla", 3),
        (Transition::OpenEvidence, "carla", 4),
    ];
    for (to_do, who, day) in way {
        go(store, id, to_do, &on(who, day)).unwrap();
    }
}

/// Up to the internal verifier's agreement.
fn moderated(store: &dyn Store, id: &str, second: Verdict) {
    in_evidence(store, id);
    go(store, id, judge(0, Verdict::Competent), &on("eva", 5)).unwrap();
    go(store, id, judge(1, second), &on("eva", 5)).unwrap();
    go(store, id, Transition::Moderate, &on("eli", 6)).unwrap();
}

/// Cases of every sort, for whoever recomputes a store.
pub(super) fn busy(store: &dyn Store) {
    moderated(store, "k1", Verdict::NotYet);
    go(store, "k1", Transition::Sample, &on("edu", 7)).unwrap();
    go(store, "k1", Transition::Decide(Outcome::Some), &on("sol", 8)).unwrap();
    go(store, "k1", Transition::Appeal(Subject::Decision), &on("carla", 9)).unwrap();
    in_evidence(store, "k2");
    go(store, "k2", Transition::Withdraw, &on("carla", 9)).unwrap();
    opened(store, "k3");
    store.erase(&["k3"], &on("boss", 9)).unwrap();
}

/// Domain.md 2b, written a second time as a table: which stage a step leads to, in a case of two units whose first can be done and whose
/// second cannot yet.
fn follows(stage: Stage, to_do: &Transition) -> Option<Stage> {
    use Stage::*;
    Some(match (stage, to_do) {
        (Enquiry, Transition::Register) => Registered,
        (Registered | Interviewed(Finding::Advised), Transition::Interview(finding)) => Interviewed(*finding),
        (Interviewed(Finding::Eligible), Transition::AgreePlan(_)) => Planned,
        (Planned, Transition::OpenEvidence) => Evidence,
        (Evidence, Transition::Judge(unit, _)) if unit == UNITS[1] => Assessed,
        (Assessed, Transition::Moderate) => Moderated,
        (Moderated, Transition::Sample) => Sampled,
        (Assessed | Moderated, Transition::SendBack(_)) => Evidence,
        (Moderated | Sampled, Transition::Decide(outcome)) if *outcome != Outcome::Full => Decided(*outcome),
        // The way to them is less than thirty days long, so nothing is assessed again yet.
        (Enquiry | Registered | Interviewed(_) | Planned | Evidence, Transition::Withdraw) => Withdrawn,
        (Decided(_) | Withdrawn, Transition::KeepFile) => return None,
        (same, Transition::KeepFile) => same,
        (same @ Interviewed(_), Transition::Appeal(Subject::Interview)) => same,
        (same @ Decided(_), Transition::Appeal(Subject::Decision)) => same,
        (same @ Evidence, Transition::Appeal(Subject::Unit(unit))) if unit == UNITS[0] => same,
        (same @ (Assessed | Moderated | Sampled | Decided(_)), Transition::Appeal(Subject::Unit(_))) => same,
        _ => return None,
    })
}

fn every_step() -> Vec<Transition> {
    let mut all = vec![
        Transition::Enquire,
        Transition::Register,
        plan(),
        Transition::OpenEvidence,
        Transition::KeepFile,
        Transition::Moderate,
        Transition::Sample,
        Transition::Reopen,
        Transition::Withdraw,
        Transition::Appeal(Subject::Decision),
        Transition::Appeal(Subject::Interview),
    ];
    all.extend(Finding::ALL.iter().map(|it| Transition::Interview(*it)));
    all.extend(Outcome::ALL.iter().map(|it| Transition::Decide(*it)));
    all.extend(Answer::ALL.iter().map(|it| Transition::AnswerAppeal(*it)));
    for (unit, code) in UNITS.iter().enumerate() {
        all.extend(Verdict::ALL.iter().map(|it| judge(unit, *it)));
        all.extend([Transition::SendBack((*code).to_owned()), Transition::Appeal(about(unit))]);
    }
    all
}

/// Somebody with every role who had no hand in it.
fn stranger() -> Member {
    member("stranger", &Role::ALL)
}

/// A case that stands there by the shortest way, in two weeks.
fn standing_at(wanted: Stage) -> Case {
    let full = [
        (Transition::Register, "carla"),
        (Transition::Interview(Finding::Eligible), "eva"),
        (plan(), "carla"),
        (Transition::OpenEvidence, "carla"),
        (judge(0, Verdict::Competent), "eva"),
        (judge(1, Verdict::NotYet), "eva"),
        (Transition::Moderate, "eli"),
        (Transition::Sample, "edu"),
    ];
    let until = |last: usize| full[..last].to_vec();
    let way = match wanted {
        Stage::Enquiry => vec![],
        Stage::Registered => until(1),
        Stage::Interviewed(finding) => [until(1), vec![(Transition::Interview(finding), "eva")]].concat(),
        Stage::Planned => until(3),
        Stage::Evidence => until(5),
        Stage::Assessed => until(6),
        Stage::Moderated => until(7),
        Stage::Sampled => until(8),
        // Both can be done where everything is certified.
        Stage::Decided(Outcome::Full) => {
            let mut all = until(8);
            all[5].0 = judge(1, Verdict::Competent);
            [all, vec![(Transition::Decide(Outcome::Full), "sol")]].concat()
        }
        Stage::Decided(outcome) => [until(8), vec![(Transition::Decide(outcome), "sol")]].concat(),
        Stage::Withdrawn => [until(5), vec![(Transition::Withdraw, "carla")]].concat(),
    };
    let bare = Case::new("k".to_owned(), COOK.to_owned(), content("k"));
    let members = staff();
    let whole = [vec![(Transition::Enquire, "carla")], way].concat();
    let case = whole.into_iter().enumerate().fold(bare, |case, (day, (to_do, who))| {
        let member = members.iter().find(|member| member.id == who);
        case.moved(&intent("k", to_do), member, &on(who, day as i64)).unwrap()
    });
    assert_eq!(case.progress().unwrap().stage, wanted);
    case
}

#[test]
fn every_step_from_every_stage_is_the_table() {
    let (stranger, by) = (stranger(), on("stranger", 14));
    let mut allowed = 0;
    for from in Stage::ALL {
        let case = standing_at(from);
        for to_do in every_step() {
            let got = case.clone().moved(&intent("k", to_do.clone()), Some(&stranger), &by);
            match (follows(from, &to_do), got) {
                (Some(to), Ok(moved)) => {
                    allowed += 1;
                    assert_eq!(moved.progress().unwrap().stage, to, "{from:?} {to_do:?}");
                    assert_eq!(moved.version(), case.version() + 1);
                }
                // A second judgement too soon, and a decision that is not ripe: refused, and told apart.
                (None, Err(StoreError::NotNow)) => {}
                (None, Err(StoreError::TooEarly)) => assert_eq!(to_do, Transition::Reopen, "{from:?}"),
                (wanted, got) => panic!("{from:?} {to_do:?}: {wanted:?}, and {got:?}"),
            }
        }
        // Each refuses whoever lacks the role, and a reason that is not of the step.
        for to_do in every_step().into_iter().filter(|to_do| follows(from, to_do).is_some()) {
            let roles: Vec<Role> = Role::ALL.into_iter().filter(|role| !to_do.roles().contains(role)).collect();
            let without = member("stranger", &roles);
            let got = case.clone().moved(&intent("k", to_do.clone()), Some(&without), &by);
            assert_eq!(got.err(), Some(StoreError::NotAllowed), "{from:?} {to_do:?}");
            assert_eq!(case.clone().moved(&intent("k", to_do.clone()), None, &by).err(), Some(StoreError::NotAllowed));
            let wrong =
                [Reason::Work, Reason::Experience].into_iter().find(|it| !to_do.reasons().contains(it)).unwrap();
            let odd = Intent { reason: wrong, ..intent("k", to_do.clone()) };
            assert_eq!(case.clone().moved(&odd, Some(&stranger), &by).err(), Some(StoreError::NotNow));
        }
    }
    assert!(allowed > 45, "{allowed}");
}

#[test]
fn while_an_appeal_is_open_nothing_goes_on_but_its_answer() {
    let stranger = stranger();
    for (from, about_what, falls_to) in [
        (Stage::Interviewed(Finding::NotEligible), Subject::Interview, Stage::Registered),
        (Stage::Evidence, about(0), Stage::Evidence),
        (Stage::Sampled, about(1), Stage::Evidence),
        (Stage::Decided(Outcome::Some), Subject::Decision, Stage::Moderated),
        (Stage::Decided(Outcome::Nothing), about(1), Stage::Evidence),
    ] {
        let case = standing_at(from);
        let open = intent("k", Transition::Appeal(about_what.clone()));
        let case = case.moved(&open, Some(&stranger), &on("stranger", 14)).unwrap();
        let progress = case.progress().unwrap();
        assert_eq!(progress.due.as_deref(), Some("2026-04-15"), "thirty days to answer");
        for to_do in every_step() {
            let got = case.clone().moved(&intent("k", to_do.clone()), Some(&stranger), &on("stranger", 15));
            let Transition::AnswerAppeal(answer) = to_do else {
                assert_eq!(got.err(), Some(StoreError::NotNow), "{to_do:?}");
                continue;
            };
            let after = got.unwrap().progress().unwrap();
            assert_eq!(after.stage, if answer == Answer::Changed { falls_to } else { from }, "{from:?} {answer:?}");
            assert_eq!(after.until(&about_what), None, "a second appeal about the same");
        }
        // Whoever found it, taught or decided does not answer it, nor say that it was taken back.
        for who in ["eva", "tom", "sol"] {
            let had_a_hand =
                who == "eva" || (who == "tom" && progress.plan.is_some()) || progress.deciders.contains(who);
            if !had_a_hand {
                continue;
            }
            let member = member(who, &[Role::Clerk, Role::Signatory]);
            for answer in Answer::ALL {
                let answer = intent("k", Transition::AnswerAppeal(*answer));
                let got = case.clone().moved(&answer, Some(&member), &on(who, 15));
                assert_eq!(got.err(), Some(StoreError::SamePerson), "{from:?} {who} {answer:?}");
            }
        }
    }
}

#[test]
fn who_taught_does_not_judge_and_who_judged_does_not_decide() {
    let refused = |case: &Case, who: &str, to_do: Transition| {
        let member = member(who, &Role::ALL);
        let got = case.clone().moved(&intent("k", to_do.clone()), Some(&member), &on(who, 14));
        assert_eq!(got.err(), Some(StoreError::SamePerson), "{who} {to_do:?}");
    };
    refused(&standing_at(Stage::Evidence), "tom", judge(1, Verdict::Competent));
    for who in ["eva", "tom"] {
        refused(&standing_at(Stage::Assessed), who, Transition::Moderate);
        refused(&standing_at(Stage::Assessed), who, Transition::SendBack(UNITS[0].to_owned()));
        refused(&standing_at(Stage::Moderated), who, Transition::Sample);
        refused(&standing_at(Stage::Moderated), who, Transition::Decide(Outcome::Some));
    }
    refused(&standing_at(Stage::Moderated), "eli", Transition::Sample);
    // Nor does whoever found or judged something end the case before it can be appealed against.
    for from in [Stage::Interviewed(Finding::NotEligible), Stage::Planned, Stage::Evidence] {
        refused(&standing_at(from), "eva", Transition::Withdraw);
    }
    // Whose judgement fell does not make it again, nor does whose decision fell; another one does.
    let fell = |from, about, again: Transition, by_whom: &str| {
        let stranger = stranger();
        let mut case = standing_at(from);
        for to_do in [Transition::Appeal(about), Transition::AnswerAppeal(Answer::Changed)] {
            case = case.moved(&intent("k", to_do), Some(&stranger), &on("stranger", 14)).unwrap();
        }
        refused(&case, by_whom, again.clone());
        let other = member("other", &Role::ALL);
        case.moved(&intent("k", again), Some(&other), &on("other", 14)).unwrap();
    };
    fell(Stage::Assessed, about(1), judge(1, Verdict::Competent), "eva");
    fell(Stage::Decided(Outcome::Nothing), Subject::Decision, Transition::Decide(Outcome::Some), "sol");
    let refused_before = Stage::Interviewed(Finding::NotEligible);
    fell(refused_before, Subject::Interview, Transition::Interview(Finding::Eligible), "eva");
}

#[test]
fn not_yet_competent_comes_again_after_some_days_and_an_appeal_in_time() {
    let case = standing_at(Stage::Decided(Outcome::Some));
    let stranger = stranger();
    let judged = 6;
    let at =
        |to_do: Transition, day: i64| case.clone().moved(&intent("k", to_do), Some(&stranger), &on("stranger", day));
    assert_eq!(at(Transition::Reopen, judged + AGAIN_DAYS - 1).err(), Some(StoreError::TooEarly));
    let again = at(Transition::Reopen, judged + AGAIN_DAYS).unwrap();
    let again = again.moved(&intent("k", judge(0, Verdict::NotYet)), Some(&stranger), &on("stranger", 40));
    assert_eq!(again.err(), Some(StoreError::NotNow), "what the person can do is not judged again");
    let again = at(Transition::Reopen, judged + AGAIN_DAYS).unwrap();
    let again = again.moved(&intent("k", judge(1, Verdict::Competent)), Some(&stranger), &on("stranger", 40)).unwrap();
    assert_eq!(again.progress().unwrap().stage, Stage::Assessed);
    let decided = 9;
    at(Transition::Appeal(Subject::Decision), decided + APPEAL_DAYS).unwrap();
    let late = at(Transition::Appeal(Subject::Decision), decided + APPEAL_DAYS + 1);
    assert_eq!(late.err(), Some(StoreError::TooLate));
}

#[test]
fn a_case_has_an_end_to_its_steps() {
    let stranger = stranger();
    let moved =
        |case: &Case, to_do: Transition| case.clone().moved(&intent("k", to_do), Some(&stranger), &on("stranger", 12));
    let mut case = standing_at(Stage::Decided(Outcome::Some));
    case.steps.pop();
    // Whoever writes the file anew all the time leaves room for judging and deciding.
    while case.version() < FILE_STEPS_MOST {
        case = moved(&case, Transition::KeepFile).unwrap();
    }
    assert_eq!(moved(&case, Transition::KeepFile).err(), Some(StoreError::TooManySteps));
    let appeals =
        [Transition::Appeal(about(0)), Transition::AnswerAppeal(Answer::Changed), judge(0, Verdict::Competent)];
    let eva = |case: &Case, turn: usize, to_do: Transition| {
        let who = format!("judge{turn}");
        case.clone().moved(&intent("k", to_do), Some(&member(&who, &Role::ALL)), &on(&who, 12))
    };
    for turn in FILE_STEPS_MOST..STEPS_MOST {
        case = eva(&case, turn, appeals[(turn - FILE_STEPS_MOST) % 3].clone()).unwrap();
    }
    // At the last of them an appeal is answered; and nothing else is begun.
    assert!(case.progress().unwrap().stage == Stage::Evidence, "{:?}", case.progress().unwrap().stage);
    assert_eq!(eva(&case, 0, judge(0, Verdict::Competent)).err(), Some(StoreError::TooManySteps));
    let left = moved(&case, Transition::Withdraw);
    assert_eq!(left.unwrap().progress().unwrap().stage, Stage::Withdrawn);
    // And all of them fit a page.
    assert!(serde_json::to_vec(&case).unwrap().len() < 64 * 1024 * 2 / 3);
    // One that is ripe is decided, and whoever has appealed is answered.
    let mut ripe = standing_at(Stage::Sampled);
    let last = ripe.steps[1].clone();
    while ripe.version() < STEPS_MOST {
        // Steps that leave it where it is, as they were kept before the file had a limit of its own.
        let kept = Step { did: Transition::KeepFile, content: Some("uEi".to_owned()), ..last.clone() };
        ripe.steps.insert(2, kept);
    }
    assert_eq!(moved(&ripe, Transition::Appeal(about(1))).err(), Some(StoreError::TooManySteps));
    assert_eq!(moved(&ripe, Transition::Decide(Outcome::Some)).unwrap().version(), STEPS_MOST + 1);
    ripe.steps.remove(2);
    let appealed = moved(&ripe, Transition::Appeal(about(1))).unwrap();
    let answered = moved(&appealed, Transition::AnswerAppeal(Answer::Upheld)).unwrap();
    assert_eq!(moved(&answered, Transition::Appeal(about(0))).err(), Some(StoreError::TooManySteps));
    moved(&answered, Transition::Decide(Outcome::Some)).unwrap();
}

#[test]
fn each_stage_has_its_deadline() {
    let today = |day: i64| Date::parse(BEGAN).unwrap().plus_days(day).unwrap();
    let case = standing_at(Stage::Evidence);
    let progress = case.progress().unwrap();
    // Opened on the fourth day; that a unit was judged since gives nobody more time.
    assert_eq!(progress.due, Some(today(4 + 180).to_string()));
    assert!(!is_overdue(&case, &progress, today(184)) && is_overdue(&case, &progress, today(185)));
    let forgotten = Case { content: None, ..case };
    assert!(!is_overdue(&forgotten, &progress, today(185)), "nobody waits for whoever was forgotten");
    for from in Stage::ALL {
        let case = standing_at(from);
        let progress = case.progress().unwrap();
        assert_eq!(progress.due.is_some(), from.days().is_some(), "{from:?}");
        assert_eq!(is_overdue(&case, &progress, today(400)), from.days().is_some(), "{from:?}");
    }
}

/// Whatever is tried in whatever order by whomever, no case comes where it must not be. What is refused is passed over, and the next that is
/// not is taken, so that the ways are long. They begin at every stage, and together they come everywhere; the dice always fall the same way.
#[test]
fn no_way_leads_to_a_forbidden_state() {
    let (steps, members) = (every_step(), staff());
    let reached = RefCell::new(BTreeSet::new());
    let ways = prop::collection::vec((0..steps.len(), 0..members.len(), 0..9_i64), 1..60);
    let tries = (0..Stage::ALL.len(), ways);
    let dice = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let outcome = TestRunner::new_with_rng(Config::with_cases(400), dice).run(&tries, |(from, tries)| {
        let mut case = standing_at(Stage::ALL[from]);
        let mut day = 14;
        for (which, who, later) in tries {
            day += later;
            let before = case.progress().unwrap();
            let all = (0..steps.len() * members.len()).map(|turn| {
                (&steps[(which + turn / members.len()) % steps.len()], &members[(who + turn) % members.len()])
            });
            let mut taken = all.filter_map(|(to_do, member)| {
                let by = on(&member.id, day);
                Some((to_do, member, case.clone().moved(&intent("k", to_do.clone()), Some(member), &by).ok()?))
            });
            let Some((to_do, member, moved)) = taken.next() else { break };
            let after = moved.progress().unwrap();
            holds(&before, to_do, &member.id, &after);
            reached.borrow_mut().insert(after.stage);
            // What is kept is read as it was.
            let json = serde_json::to_vec(&moved).unwrap();
            prop_assert_eq!(serde_json::from_slice::<Case>(&json).unwrap(), moved.clone());
            case = moved;
        }
        Ok(())
    });
    outcome.unwrap();
    assert_eq!(reached.into_inner(), Stage::ALL.into());
}

/// What must never be, said without the machine's own words.
fn holds(before: &Progress, did: &Transition, who: &str, after: &Progress) {
    let apart = |one: &BTreeSet<String>, other: &BTreeSet<String>| one.is_disjoint(other);
    assert!(apart(after.trainers(), &after.assessors), "who taught judged");
    assert!(apart(after.trainers(), &after.deciders), "who taught decided");
    assert!(apart(&after.assessors, &after.deciders), "who judged decided");
    assert_ne!(before.stage, Stage::Withdrawn, "nothing follows a withdrawal");
    assert!(before.appeal.is_none() || matches!(did, Transition::AnswerAppeal(_)), "past an open appeal");
    let able = after.units.values().filter(|it| it.verdict == Verdict::Competent).count();
    match after.stage {
        Stage::Decided(Outcome::Full) => assert_eq!(able, UNITS.len(), "all certified and not all able"),
        Stage::Decided(Outcome::Some) => assert!(able > 0, "something certified and nothing able"),
        Stage::Enquiry | Stage::Registered | Stage::Interviewed(_) => assert!(after.plan.is_none()),
        _ => {}
    }
    if matches!(after.stage, Stage::Assessed | Stage::Moderated | Stage::Sampled | Stage::Decided(_)) {
        assert_eq!(after.units.len(), UNITS.len(), "a unit is not judged");
    }
    if matches!(did, Transition::Decide(_)) {
        assert!(matches!(before.stage, Stage::Moderated | Stage::Sampled), "decided before anybody verified");
        assert!(!after.verifiers.is_empty());
    }
    if matches!(did, Transition::Moderate | Transition::Sample) {
        assert!(!after.assessors.contains(who), "who judged verified");
    }
    assert!(before.plan.is_none() || before.plan == after.plan, "the plan was frozen");
    assert!(!before.made_row || after.made_row);
}

#[test]
fn a_decision_makes_one_row_and_none_makes_nothing() {
    each(|store| {
        moderated(store, "k1", Verdict::NotYet);
        assert_eq!(store.award("k1").unwrap(), None, "nothing before the decision");
        let version = store.case("k1").unwrap().unwrap().version();
        let some = intent("k1", Transition::Decide(Outcome::Some));
        // Without its row, or with another's, or with one of another kind, it is no decision.
        for row in [None, Some(row("k9")), Some(award("k1", "sol"))] {
            let odd = Intent { row, ..some.clone() };
            assert_eq!(store.move_case("k1", version, &odd, &on("sol", 8)).err(), Some(StoreError::NotNow));
        }
        let none = Intent { row: Some(row("k1")), ..intent("k1", Transition::Decide(Outcome::Nothing)) };
        assert_eq!(store.move_case("k1", version, &none, &on("sol", 8)).err(), Some(StoreError::NotNow));
        assert_eq!(store.award("k1").unwrap(), None);
        store.move_case("k1", version, &some, &on("sol", 8)).unwrap();
        let made = store.award("k1").unwrap().unwrap();
        assert_eq!((made.state.clone(), made.by.clone()), (AwardState::Open, on("sol", 8)));
        // The keeper of the file does not release it, nor does anybody who taught, judged or verified.
        assert_eq!(made.touched_by, BTreeSet::from(["carla".to_owned()]));
        assert_eq!(made.assessed_by, ["eli", "eva", "tom"].map(str::to_owned).into());
        // The same again has gone on, and makes no second one.
        assert_eq!(store.move_case("k1", version, &some, &on("sol", 8)).err(), Some(StoreError::Stale));
        assert_eq!(store.awards_after("", 10).unwrap().len(), 1);
        moderated(store, "k2", Verdict::NotYet);
        go(store, "k2", Transition::Decide(Outcome::Nothing), &on("sol", 8)).unwrap();
        assert_eq!(store.award("k2").unwrap(), None);
        // Names of persons are in no line.
        let lines = store.acts(0, 1_000).unwrap();
        assert!(lines.iter().all(|(_, line)| !String::from_utf8_lossy(line).contains("Ñáñez")));
        let of = |what: What| lines.iter().filter(|(act, _)| act.what == what).count();
        assert_eq!((of(What::CaseOpened), of(What::AwardsEnrolled)), (2, 1));
        assert_eq!(of(What::CaseMoved), 16);
    });
}

#[test]
fn what_falls_by_an_appeal_is_not_proposed_and_what_is_decided_anew_is_the_same_row() {
    each(|store| {
        moderated(store, "k1", Verdict::Competent);
        go(store, "k1", Transition::Decide(Outcome::Full), &on("sol", 8)).unwrap();
        go(store, "k1", Transition::Appeal(about(1)), &on("carla", 9)).unwrap();
        let cooks = |id: &str| skillpass::store::release::Batch { achievement: COOK.to_owned(), ..batch(id) };
        store.propose(&cooks("b1"), &["k1"], &on("carla", 9)).unwrap();
        let changed = Transition::AnswerAppeal(Answer::Changed);
        // While its row waits in a batch, that is given back first.
        assert_eq!(go(store, "k1", changed.clone(), &on("sira", 10)).err(), Some(StoreError::NotNow));
        store.decide("b1", &Decision::GiveBack("appeal".to_owned()), &on("carla", 10)).unwrap();
        go(store, "k1", changed, &on("sira", 10)).unwrap();
        assert_eq!(store.award("k1").unwrap().unwrap().state, AwardState::Left);
        assert_eq!(stage(store, "k1"), Stage::Evidence);
        go(store, "k1", judge(1, Verdict::Competent), &on("eli", 11)).unwrap();
        // Eli verified before and judges now: somebody else verifies this time.
        assert_eq!(go(store, "k1", Transition::Moderate, &on("eli", 11)).err(), Some(StoreError::SamePerson));
        go(store, "k1", Transition::Moderate, &on("edu", 11)).unwrap();
        go(store, "k1", Transition::Decide(Outcome::Full), &on("sol", 12)).unwrap();
        let again = store.award("k1").unwrap().unwrap();
        assert_eq!((again.state, store.awards_after("", 10).unwrap().len()), (AwardState::Open, 1));
        // The ordinary way: a clerk proposes, and whoever judged does not release.
        let batch = store.propose(&cooks("b2"), &["k1"], &on("carla", 12)).unwrap();
        let release = Decision::Release(batch.digest);
        for who in ["eva", "tom"] {
            assert_eq!(store.decide("b2", &release, &on(who, 12)).err(), Some(StoreError::SamePerson));
        }
        store.decide("b2", &release, &on("sol", 12)).unwrap();
        let mut issued = certificate("K1", 40, "k1");
        issued.record.achievement = COOK.to_owned();
        store.commit(&Warrant::Batch("b2".to_owned()), &[issued], &on("sol", 12)).unwrap();
        assert_eq!(store.award("k1").unwrap().unwrap().state, AwardState::Issued);
    });
}

#[test]
fn what_fell_is_not_taken_in_again_nor_proposed_until_it_is_decided_anew() {
    let cooks = |id: &str| skillpass::store::release::Batch { achievement: COOK.to_owned(), ..batch(id) };
    each(|store| {
        // Three ways to fall: an appeal, a decision that certifies nothing in its place, a unit that is sent back after it was reopened.
        moderated(store, "k1", Verdict::Competent);
        go(store, "k1", Transition::Decide(Outcome::Full), &on("sol", 8)).unwrap();
        go(store, "k1", Transition::Appeal(about(1)), &on("carla", 9)).unwrap();
        go(store, "k1", Transition::AnswerAppeal(Answer::Changed), &on("sira", 10)).unwrap();
        moderated(store, "k2", Verdict::NotYet);
        go(store, "k2", Transition::Decide(Outcome::Some), &on("sol", 8)).unwrap();
        go(store, "k2", Transition::Appeal(Subject::Decision), &on("carla", 9)).unwrap();
        go(store, "k2", Transition::AnswerAppeal(Answer::Changed), &on("sira", 10)).unwrap();
        go(store, "k2", Transition::Decide(Outcome::Nothing), &on("sira", 11)).unwrap();
        moderated(store, "k3", Verdict::NotYet);
        go(store, "k3", Transition::Decide(Outcome::Some), &on("sol", 8)).unwrap();
        go(store, "k3", Transition::Reopen, &on("carla", 40)).unwrap();
        go(store, "k3", judge(1, Verdict::Competent), &on("eva", 41)).unwrap();
        go(store, "k3", Transition::SendBack(UNITS[0].to_owned()), &on("eli", 42)).unwrap();
        for id in ["k1", "k2", "k3"] {
            assert_eq!(store.award(id).unwrap().unwrap().state, AwardState::Left, "{id}");
            assert_eq!(store.take_in(&[id], &on("carla", 43)), Err(StoreError::NotNow), "{id}");
            assert_eq!(store.award(id).unwrap().unwrap().state, AwardState::Left, "{id}");
        }
        // What stands is left out and taken in as any row.
        moderated(store, "k4", Verdict::NotYet);
        go(store, "k4", Transition::Decide(Outcome::Some), &on("sol", 8)).unwrap();
        store.leave_out(&["k4"], &on("carla", 9)).unwrap();
        store.take_in(&["k4"], &on("carla", 9)).unwrap();

        // Signed already, and then fallen: a correction does not bring it back, nor does a new key.
        let batch = store.propose(&cooks("b1"), &["k4"], &on("carla", 12)).unwrap();
        store.decide("b1", &Decision::Release(batch.digest), &on("sol", 12)).unwrap();
        let mut issued = certificate("K4", 41, "k4");
        issued.record.achievement = COOK.to_owned();
        store.commit(&Warrant::Batch("b1".to_owned()), &[issued], &on("sol", 12)).unwrap();
        go(store, "k4", Transition::Appeal(about(0)), &on("carla", 13)).unwrap();
        go(store, "k4", Transition::AnswerAppeal(Answer::Changed), &on("sira", 13)).unwrap();
        assert_eq!(store.reopen(&["k4"], &on("carla", 14)), Ok(0), "passed over");
        let was = store.award("k4").unwrap().unwrap();
        let new = content("another name");
        let corrected = Award { hash: new.hash(), content: Some(new), ..was };
        store.change_award(&corrected, &on("carla", 14)).unwrap();
        assert_eq!(store.propose(&cooks("b2"), &["k4"], &on("carla", 14)).err(), Some(StoreError::NotNow));
        let open = store.awards_in(&AwardState::Open, COOK, "", 9).unwrap();
        assert_eq!(open, Vec::<String>::new(), "all that is open can be proposed");
        assert_eq!(store.take_in(&["k4"], &on("carla", 14)), Err(StoreError::NotNow));
        // Decided anew it is a row again.
        go(store, "k4", judge(0, Verdict::Competent), &on("edu", 15)).unwrap();
        go(store, "k4", Transition::Moderate, &on("eli", 15)).unwrap();
        go(store, "k4", Transition::Decide(Outcome::Some), &on("sol", 16)).unwrap();
        store.propose(&cooks("b3"), &["k4"], &on("carla", 16)).unwrap();
    });
}

#[test]
fn a_case_that_has_moved_on_refuses_a_stale_step() {
    each(|store| {
        let case = opened(store, "k1");
        let register = intent("k1", Transition::Register);
        store.move_case("k1", case.version(), &register, &on("carla", 1)).unwrap();
        let acts = store.acts_size().unwrap();
        assert_eq!(store.move_case("k1", case.version(), &register, &on("carla", 1)).err(), Some(StoreError::Stale));
        assert_eq!(store.move_case("k1", 2, &register, &on("carla", 1)).err(), Some(StoreError::NotNow));
        let unknown = Err(StoreError::Unknown("k9".to_owned()));
        assert_eq!(store.move_case("k9", 1, &register, &on("carla", 1)), unknown);
        let bare = Case::new("k1".to_owned(), COOK.to_owned(), content("k1"));
        let enquire = intent("k1", Transition::Enquire);
        assert_eq!(store.open_case(&bare, &enquire, &on("carla", 1)).err(), Some(StoreError::Taken));
        // Nor under the name of a row that is no case's.
        store.enrol(&[award("a1", "carla")], &super::desk::hand("carla")).unwrap();
        let bare = Case::new("a1".to_owned(), COOK.to_owned(), content("k1"));
        assert_eq!(store.open_case(&bare, &enquire, &on("carla", 1)).err(), Some(StoreError::Taken));
        let bare = Case::new("k2".to_owned(), COOK.to_owned(), content("k1"));
        for who in ["eva", "sol", "ada", "boss", "nobody"] {
            assert_eq!(store.open_case(&bare, &enquire, &on(who, 1)).err(), Some(StoreError::NotAllowed), "{who}");
        }
        assert_eq!(store.acts_size().unwrap(), acts + 1);
        opened(store, "k3");
        let page =
            |after: &str| store.cases_after(after, 1).unwrap().into_iter().map(|case| case.id).collect::<Vec<_>>();
        assert_eq!((page(""), page("k1"), page("k3")), (vec!["k1".to_owned()], vec!["k3".to_owned()], vec![]));
    });
}

#[test]
fn whoever_is_forgotten_is_gone_from_the_case_and_its_steps_stay() {
    each(|store| {
        moderated(store, "k1", Verdict::NotYet);
        go(store, "k1", Transition::Decide(Outcome::Some), &on("sol", 8)).unwrap();
        opened(store, "k2");
        assert_eq!(store.erase(&["k1"], &on("carla", 9)), Err(StoreError::NotAllowed));
        assert_eq!(store.erase(&["k9"], &on("boss", 9)), Err(StoreError::Unknown("k9".to_owned())));
        let before = store.case("k1").unwrap().unwrap();
        store.erase(&["k1", "k2"], &on("boss", 9)).unwrap();
        let after = store.case("k1").unwrap().unwrap();
        assert_eq!((after.content, after.steps), (None, before.steps));
        assert_eq!(store.award("k1").unwrap().unwrap().content, None);
        assert_eq!(go(store, "k2", Transition::Register, &on("carla", 9)).err(), Some(StoreError::NotNow));
        let lines = store.acts(0, 1_000).unwrap();
        assert_eq!(lines.iter().filter(|(act, _)| act.what == What::CaseErased).count(), 2);
        store.erase(&["k1", "k2"], &on("boss", 9)).unwrap();
        assert_eq!(store.acts_size().unwrap(), lines.len() as u64, "no news");
    });
    // By the rule of how long people are kept too: a case from its last step on.
    let store = MemoryStore::default();
    opened(&store, "k1");
    moderated(&store, "k2", Verdict::NotYet);
    store.set_retention(Some(2), &on("boss", 9)).unwrap();
    let today = |text: &str| Date::parse(text).unwrap();
    assert_eq!(store.forget_due(&["k1", "k2"], today("2026-05-31"), &on("boss", 90)), Ok(0));
    assert_eq!(store.forget_due(&["k1", "k2"], today("2026-06-01"), &on("boss", 91)), Ok(2));
    assert!(store.cases_after("", 9).unwrap().iter().all(|case| case.content.is_none()));
}

/// Nobody is forgotten while somebody works on their case, whatever month its row is of.
#[test]
fn a_case_that_is_worked_on_is_not_forgotten() {
    let today = |text: &str| Date::parse(text).unwrap();
    each(|store| {
        // Decided in March, reopened in July: the row is of March.
        moderated(store, "k1", Verdict::NotYet);
        go(store, "k1", Transition::Decide(Outcome::Some), &on("sol", 8)).unwrap();
        go(store, "k1", Transition::Reopen, &on("carla", 125)).unwrap();
        // In evidence since March, with 180 days for it.
        in_evidence(store, "k2");
        // An appeal of March that nobody has answered.
        moderated(store, "k3", Verdict::NotYet);
        go(store, "k3", Transition::Decide(Outcome::Some), &on("sol", 8)).unwrap();
        go(store, "k3", Transition::Appeal(Subject::Decision), &on("carla", 9)).unwrap();
        // Decided in March, and over.
        moderated(store, "k4", Verdict::NotYet);
        go(store, "k4", Transition::Decide(Outcome::Some), &on("sol", 8)).unwrap();
        store.set_retention(Some(2), &on("boss", 9)).unwrap();
        let by = on("boss", 160);
        let due = |day: &str| {
            let now = Timestamp::parse(&format!("{day}T10:00:00Z")).unwrap();
            skillpass::desk::retention::due(store, 2, now).unwrap().rows
        };
        assert_eq!(due("2026-08-09"), 1);
        assert_eq!(store.forget_due(&["k1", "k2", "k3", "k4"], today("2026-08-09"), &by), Ok(1));
        let named = |id: &str| store.case(id).unwrap().unwrap().content.is_some();
        assert_eq!(["k1", "k2", "k3", "k4"].map(named), [true, true, true, false]);
        // The deadline of the second is over on the second of September; the first has half a year from July on.
        assert_eq!((due("2026-09-02"), due("2026-09-03")), (0, 1));
        assert_eq!(store.forget_due(&["k1", "k2", "k3"], today("2026-09-03"), &by), Ok(1));
        assert_eq!(store.forget_due(&["k1", "k3"], today("2027-02-01"), &by), Ok(1));
        assert!(named("k3") && store.award("k3").unwrap().unwrap().content.is_some(), "until it is answered");
    });
}
