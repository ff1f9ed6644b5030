//! What to do, and what not to do.
use super::page::Page;
use super::verdict::Word;
use super::ways::{in_words, ways_of};
use super::words::{between, effect, effect_of, going_on};
use crate::finding::{Detail, DoNot, Effect, Finding, Remedy, Severity};
use crate::report::order::{Case, Family};

/// How many things not to do are told before the rest is counted.
const WARNINGS: usize = 2;
/// How many steps of a finding that only reads are told before the rest is counted, the check at the end apart.
const STEPS: usize = 2;

/// The way out: numbered, worst finding first, safest first within each, and one check at the end. Unless everything is
/// wanted, echoes are silent (what ends their cause ends them), one way out of each finding is told, and no step is there
/// twice. Where the windows have been `drawn`, no step lists them once more. Gives whether there was something to do.
pub(super) fn do_this(page: &mut Page, shown: &[&Family], word: Word, drawn: bool) -> bool {
    let mut steps = steps(shown, page.look.detail);
    let check = if page.look.detail == Detail::Full { None } else { close(&mut steps) };
    let all = steps.len();
    let told = if page.look.detail == Detail::Full { steps } else { foremost(page, shown, &steps, drawn) };
    // What changes nothing needs no look at whether it worked.
    let changes = told.iter().any(|r| r.effect > Effect::ReadOnly);
    let check = check.filter(|_| changes);
    // The look is for the last change that is told, not for one that is left out.
    let last = told.iter().rev().find(|r| r.effect > Effect::ReadOnly && !r.verify.is_empty());
    let check = match (check, last) {
        (Some(_), Some(last)) => Some(last.verify.as_slice()),
        // The step that looks can be among those that are left out.
        (None, Some(last)) if page.look.detail != Detail::Full => {
            Some(last.verify.as_slice()).filter(|v| told.last().is_none_or(|r| r.argv != *v))
        }
        (check, _) => check,
    };
    let heading = if word >= Word::Warn { "Do this when it suits" } else { "Do this" };
    let something = !told.is_empty() || check.is_some();
    if something {
        let heading = with_more(heading, all - told.len());
        if word == Word::Danger { page.subheading(&heading) } else { page.heading(&heading) }
    }
    let (own, of_echoes) = apart(shown, &told);
    let mut ways = ways_of(&own);
    let first = ways.len();
    ways.extend(ways_of(&of_echoes));
    for (n, way) in ways.iter().enumerate() {
        if n == first {
            page.prose(2, "Only if something of what follows from the cause stays then:");
        }
        way.iter().enumerate().for_each(|(at, step)| write(page, (at == 0).then_some(n + 1), step));
    }
    let Some(check) = check else { return something };
    let mark = format!("  {}. ", ways.len() + 1);
    if let Some(at) = ways.iter().position(|way| way.iter().any(|r| r.argv == check)) {
        page.item(&mark, &format!("See whether it worked, as in {} (reads only)", at + 1));
    } else {
        page.item(&mark, "See whether it worked (reads only)");
        page.command(7, check);
    }
    something
}

/// A heading that says how much is left out below it.
fn with_more(heading: &str, left: usize) -> String {
    if left == 0 { heading.to_owned() } else { format!("{heading} ({left} more with -v)") }
}

/// Of `steps` those that lead to the first one of each finding that changes something and helps by it; the first few
/// of a finding that knows no such step.
fn foremost<'a>(page: &Page, shown: &[&Family], steps: &[&'a Remedy], drawn: bool) -> Vec<&'a Remedy> {
    let detail = page.look.detail;
    let mut wanted: Vec<&Remedy> = Vec::new();
    for f in speaking(shown, detail) {
        let own: Vec<&Remedy> = f.remedies.iter().filter(|r| steps.iter().any(|s| same_step(s, r))).collect();
        let helps = own.iter().position(|r| r.effect > Effect::ReadOnly && !r.prepares);
        wanted.extend(own.iter().take(helps.map_or(STEPS, |at| at + 1)));
    }
    let mut told: Vec<&Remedy> =
        steps.iter().copied().filter(|s| wanted.iter().any(|w| same_step(s, w))).collect();
    if drawn && !told.iter().all(|r| lists_windows(r)) {
        told.retain(|r| !lists_windows(r));
    }
    told
}

/// The steps, those apart that only what follows from a cause knows: what ends the cause ends it too.
fn apart<'a>(shown: &[&Family], told: &[&'a Remedy]) -> (Vec<&'a Remedy>, Vec<&'a Remedy>) {
    let own =
        |r: &&Remedy| speaking(shown, Detail::Normal).any(|f| f.remedies.iter().any(|o| same_step(o, r)));
    told.iter().copied().partition(own)
}

/// Whether two steps are one to the operator.
fn same_step(a: &Remedy, b: &Remedy) -> bool {
    if a.argv.is_empty() { a.title == b.title } else { a.argv == b.argv }
}

/// Whether a step is nothing but a listing of windows or panes.
fn lists_windows(r: &Remedy) -> bool {
    let mut argv = r.argv.iter().map(String::as_str);
    argv.next() == Some("tmux") && matches!(argv.next(), Some("list-windows" | "list-panes"))
}

/// All steps in order, each once, without those that a finding warns of.
pub(in crate::report) fn steps<'a>(shown: &[&'a Family<'a>], detail: Detail) -> Vec<&'a Remedy> {
    let all = shown.iter().flat_map(|f| std::iter::once(f.head).chain(f.echoes.iter().copied()));
    let forbidden: Vec<&[String]> =
        all.flat_map(|f| &f.do_not).map(|d| d.argv.as_slice()).filter(|a| !a.is_empty()).collect();
    let mut steps: Vec<&Remedy> = Vec::new();
    let wanted = |f: &&Finding| f.severity > Severity::Info || detail == Detail::Full;
    let speaking: Vec<&Finding> = speaking(shown, detail).filter(wanted).collect();
    // Of a finding that only says "look again" nothing is lost where another one says what to do before.
    let idle = |f: &Finding| f.remedies.iter().all(looks_again);
    let all_idle = detail == Detail::Full || speaking.iter().all(|f| idle(f));
    for r in speaking.into_iter().filter(|f| all_idle || !idle(f)).flat_map(|f| &f.remedies) {
        if !steps.iter().any(|s| same_step(r, s)) && !forbidden.contains(&r.argv.as_slice()) {
            steps.push(r);
        }
    }
    // Each finding has its own steps in order; together, what another one sets aside must not be what this one has made.
    let opening = steps.first().copied();
    steps.sort_by_key(|r| match r.argv.first().map(String::as_str) {
        _ if opening.is_some_and(|first| same_step(first, r)) && looks(r) => Turn::Reads,
        _ if looks(r) => Turn::Looks,
        _ if r.effect == Effect::ReadOnly => Turn::Reads,
        Some("mv" | "cp") => Turn::Keeps,
        _ => Turn::Changes,
    });
    steps
}

/// When a step has its turn among those of several findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Turn {
    /// It changes nothing.
    Reads,
    /// It sets files aside or copies them, before a command of Houmao writes new ones.
    Keeps,
    /// It changes something.
    Changes,
    /// It shows what came of the others.
    Looks,
}

/// Whether a step asks the doctor for its judgement.
fn looks(r: &Remedy) -> bool {
    let mut argv = r.argv.iter().map(String::as_str);
    argv.next() == Some("houmao-doctor") && argv.next().is_some_and(|a| a.starts_with("--"))
}

/// Takes the steps that only look again out of `steps` and gives the one check to end with: that of the last step which
/// changes something. A look that opens the steps stays: then waiting is what to try first.
pub(in crate::report) fn close<'a>(steps: &mut Vec<&'a Remedy>) -> Option<&'a [String]> {
    let again = steps.iter().rev().find(|r| looks_again(r)).map(|r| r.argv.as_slice());
    let mut first = true;
    steps.retain(|r| std::mem::take(&mut first) || !looks_again(r));
    let verifies = |r: &&'a Remedy| Some(r.verify.as_slice()).filter(|v| !v.is_empty());
    let changes = |r: &&&Remedy| r.effect > Effect::ReadOnly;
    let changed = steps.iter().any(|r| changes(&r));
    let check = steps.iter().rev().filter(changes).find_map(verifies);
    let check = check.or(again).or_else(|| steps.iter().rev().find_map(verifies));
    let last = |check: &&[String]| steps.last().is_some_and(|s| s.argv == *check);
    check.filter(|c| changed && !last(c))
}

/// Whether a step is nothing but the doctor asked about the same session again.
fn looks_again(r: &Remedy) -> bool {
    looks(r) && r.argv[1] != "--all"
}

/// One step, with its number or as what can be done instead of the one before: what it achieves and does, the command on a line of its own, and why it can work here.
fn write(page: &mut Page, number: Option<usize>, r: &Remedy) {
    let mark = number.map_or_else(|| format!("{:>4} ", between(r)), |n| format!("  {n}. "));
    let (deep, full) = (mark.len(), page.look.detail == Detail::Full);
    let because = page.aged(r.applies_because.trim());
    let title = r.title.trim_end_matches('.').to_owned();
    let title = if number.is_none() { going_on(&title) } else { title };
    // Why looking again can be enough is what there is to do.
    let waits = page.look.detail == Detail::Normal && looks_again(r) && !because.is_empty();
    let (title, told) = in_words(&title, &r.argv);
    let title = if waits { format!("{title}: {because}") } else { title.to_owned() };
    page.item(&mark, &format!("{title} ({})", effect_of(r)));
    if !told.is_empty() {
        page.command(deep + 2, &told);
    }
    // What stops something needs its leave; that of the rest is for those who doubt it.
    let stops = page.look.detail == Detail::Normal && r.effect > Effect::Mutates;
    if !because.is_empty() && (full || stops && !title.contains(&because)) {
        page.prose(deep, &format!("Applies here: {because}"));
    }
    if full && !r.verify.is_empty() {
        page.prose(deep, "See whether it worked:");
        page.command(deep + 2, &r.verify);
    }
}

/// What not to run or do, with its reason: each command once, the reason of the worst finding. However many there are,
/// the foremost of each danger is told.
/// It goes on from the verdict of a danger, and from what there is `to_do`.
pub(super) fn do_not(page: &mut Page, case: &Case, shown: &[&Family], danger: bool, to_do: bool) {
    let asked = of_question(case);
    let (told, most) = warnings(shown, asked.as_ref(), page.look.detail);
    for (n, d) in told.iter().take(most).enumerate() {
        if n == 0 {
            let heading = if danger { "Do not run" } else { "Do not" };
            let heading = with_more(heading, told.len().saturating_sub(most));
            if danger || to_do {
                page.subheading(&heading);
            } else {
                page.heading(&heading);
            }
        }
        if d.argv.is_empty() {
            page.item("  - ", &d.because);
        } else if told[..n].iter().all(|t| t.argv != d.argv) {
            page.command(4, &d.argv);
            let reasons = told[n..].iter().filter(|t| t.argv == d.argv);
            reasons.for_each(|t| page.prose(6, &t.because));
        }
    }
}

/// The command that was asked about, where it would harm: nothing is more to be warned of.
pub(in crate::report) fn of_question(case: &Case) -> Option<DoNot> {
    let main = case.operations.first().filter(|o| case.asked && !o.argv.is_empty())?;
    let harm = main.worst_harm()?;
    Some(DoNot { argv: main.argv.clone(), because: format!("it {}", effect(harm)), unsure: false })
}

/// All that is warned of, the command that was `asked` about first, and how many of it must be told.
pub(in crate::report) fn warnings<'a>(
    shown: &[&'a Family<'a>],
    asked: Option<&'a DoNot>,
    detail: Detail,
) -> (Vec<&'a DoNot>, usize) {
    let full = detail == Detail::Full;
    let mut told: Vec<(bool, &DoNot)> = Vec::new();
    for f in speaking(shown, detail) {
        for (n, d) in f.do_not.iter().enumerate() {
            let same = |t: &DoNot| if full || d.argv.is_empty() { t == d } else { t.argv == d.argv };
            if !told.iter().any(|(_, t)| same(t)) {
                told.push((n == 0 && f.severity == Severity::Danger, d));
            }
        }
    }
    told.sort_by_key(|(foremost, _)| !foremost);
    let foremost = told.iter().filter(|(foremost, _)| *foremost).count();
    let mut told: Vec<&DoNot> = told.into_iter().map(|(_, d)| d).collect();
    let mut most = foremost.max(WARNINGS);
    if let Some(asked) = asked {
        let known = told.iter().position(|d| d.argv == asked.argv);
        // The foremost of each danger stays beside it.
        most += usize::from(known.is_none_or(|at| at >= most));
        let first = known.map_or(asked, |at| told.remove(at));
        told.insert(0, first);
    }
    let most = if detail == Detail::Full { told.len() } else { most };
    (told, most)
}

/// The severity from which a finding is told in full where not everything is wanted: beside an error lesser ones get one
/// line, and what not to do about them would be read as if it were about the error.
pub(in crate::report) fn floor(shown: &[&Family]) -> Severity {
    // Where nothing is worse, a remark and what not to do about it is what there is to say.
    shown.first().map_or(Severity::Info, |f| f.severity())
}

/// The findings whose advice is told: the causes that are told in full; echoes only where they are a danger, since no cause may silence one,
/// or where everything is wanted.
fn speaking<'a>(shown: &[&'a Family<'a>], detail: Detail) -> impl Iterator<Item = &'a Finding> {
    let heard = move |f: &&Finding| detail == Detail::Full || f.severity == Severity::Danger;
    let floor = if detail == Detail::Full { Severity::Info } else { floor(shown) };
    shown
        .iter()
        .copied()
        .filter(move |f| f.severity() >= floor)
        .flat_map(move |f| std::iter::once(f.head).chain(f.echoes.iter().copied().filter(heard)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(argv: &str, effect: Effect, verify: &str) -> Remedy {
        let words = |line: &str| line.split_whitespace().map(str::to_owned).collect();
        Remedy {
            title: argv.into(),
            argv: words(argv),
            effect,
            loses: None,
            applies_because: String::new(),
            verify: words(verify),
            prepares: false,
            instead: false,
        }
    }

    /// The commands that are left, and the check.
    fn closed(all: &[Remedy]) -> (Vec<&str>, Option<String>) {
        let mut steps: Vec<&Remedy> = all.iter().collect();
        let check = close(&mut steps).map(|argv| argv.join(" "));
        (steps.iter().map(|r| r.title.as_str()).collect(), check)
    }

    fn danger(rule: &str, warnings: usize) -> Family<'static> {
        let warning = |n| DoNot {
            argv: vec![format!("{rule}-{n}")],
            because: format!("{rule} says so"),
            unsure: false,
        };
        let finding = Finding {
            rule: rule.into(),
            severity: Severity::Danger,
            subject: "session:gpu".into(),
            title: String::new(),
            message: String::new(),
            why: String::new(),
            confirm: vec![],
            evidence: vec![],
            caused_by: vec![],
            echoes: vec![],
            remedies: vec![],
            do_not: (0..warnings).map(warning).collect(),
            references: vec![],
            fingerprint: String::new(),
        };
        Family { head: Box::leak(Box::new(finding)), echoes: vec![] }
    }

    #[test]
    fn the_foremost_warning_of_each_danger_is_told() {
        let (a, mut b) = (danger("a", 5), danger("b", 2));
        let told = |b: &Family, detail| -> Vec<String> {
            let (told, most) = warnings(&[&a, b], None, detail);
            told.iter().take(most).map(|d| d.argv[0].clone()).collect()
        };
        assert_eq!(told(&b, Detail::Normal), ["a-0", "b-0"]);
        assert_eq!(told(&b, Detail::Brief), ["a-0", "b-0"]);
        b.echoes.push(danger("echo", 1).head);
        assert_eq!(told(&b, Detail::Brief), ["a-0", "b-0", "echo-0"]);
        assert_eq!(warnings(&[&a, &b], None, Detail::Full).1, 8);
        // The command that was asked about comes first, and drives none of them out.
        let asked = |argv: &str| DoNot { argv: vec![argv.into()], because: "it kills".into(), unsure: false };
        for (command, expected) in
            [("stop", ["stop", "a-0", "b-0", "echo-0"]), ("a-4", ["a-4", "a-0", "b-0", "echo-0"])]
        {
            let asked = asked(command);
            let (told, most) = warnings(&[&a, &b], Some(&asked), Detail::Normal);
            let told: Vec<&str> = told.iter().take(most).map(|d| d.argv[0].as_str()).collect();
            assert_eq!(told, expected);
        }
    }

    const LOOK: &str = "houmao-doctor --session gpu";

    #[test]
    fn the_check_comes_last_and_once() {
        let all = [
            step("houmao-doctor capture -o a.json", Effect::ReadOnly, "houmao-doctor --snapshot a.json"),
            step("mv a b", Effect::Mutates, ""),
            step(LOOK, Effect::ReadOnly, ""),
            step("houmao-mgr agents list", Effect::ReadOnly, "houmao-doctor --all"),
        ];
        let left = vec!["houmao-doctor capture -o a.json", "mv a b", "houmao-mgr agents list"];
        assert_eq!(closed(&all), (left, Some(LOOK.to_owned())));
    }

    #[test]
    fn the_check_is_that_of_the_last_change() {
        let all = [
            step("tmux rename-session cpu", Effect::Mutates, "houmao-doctor --session cpu"),
            step(LOOK, Effect::ReadOnly, ""),
            step("houmao-doctor --all", Effect::ReadOnly, ""),
        ];
        let left = vec!["tmux rename-session cpu", "houmao-doctor --all"];
        assert_eq!(closed(&all), (left, Some("houmao-doctor --session cpu".to_owned())));
    }

    #[test]
    fn a_look_that_opens_stays_and_is_not_told_again_unless_something_changes() {
        let look = step(LOOK, Effect::ReadOnly, "");
        let asks = step("houmao-mgr server status", Effect::ReadOnly, LOOK);
        let acts = step("houmao-mgr agents relaunch", Effect::RestartsAgent, LOOK);
        assert_eq!(closed(&[look.clone(), asks]), (vec![LOOK, "houmao-mgr server status"], None));
        let left = vec![LOOK, "houmao-mgr agents relaunch"];
        assert_eq!(closed(&[look.clone(), acts]), (left, Some(LOOK.to_owned())));
        assert_eq!(closed(&[look]), (vec![LOOK], None));
        assert_eq!(closed(&[]), (vec![], None));
    }
}
