//! Help for those who write rules of their own: a scaffold, a check of all mistakes and of style, and the trial of each
//! rule on its fixtures.
//!
//! A folder of own rules holds `x-….yaml` files, and `fixtures/<rule id>/{fires,quiet,unknown}[-case].yaml`.
use super::fixture::{Promise, RuleFixtures, rule_fixtures, unnoticed};
use super::{DoctorError, Document, catalogue, rule_set, schema};
use crate::rule::written::Commands;
use crate::rule::{Mistake, OWN, RuleSet, files_of, load_texts, read_text, style_of, style_of_built_in};
use std::fs;
use std::path::{Path, PathBuf};

const RULE: &str = include_str!("authoring/rule.yaml");
const FIRES: &str = include_str!("authoring/fires.yaml");
const QUIET: &str = include_str!("authoring/quiet.yaml");
const NOT_APPLICABLE: &str = include_str!("authoring/quiet-no-manifest.yaml");
const UNKNOWN: &str = include_str!("authoring/unknown.yaml");

/// The folder of the fixtures beside rules.
const FIXTURES: &str = "fixtures";

/// Writes a rule that works, its fixtures and the schema for editors, and gives the files.
///
/// # Errors
/// When the id is not one for an own rule, a file is there already, or one cannot be written.
pub fn new_rule(folder: &Path, id: &str) -> Result<Vec<PathBuf>, DoctorError> {
    let word = |w: &str| !w.is_empty() && w.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    let name = id.strip_prefix(OWN).unwrap_or_default();
    if !name.split('-').all(word) {
        let lower = id.trim_start_matches(OWN).to_lowercase();
        let words: Vec<&str> =
            lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).collect();
        let better = if words.is_empty() { "logs-window-missing".to_owned() } else { words.join("-") };
        return Err(DoctorError::Authoring(format!(
            "\"{id}\" is no id for an own rule: it begins with {OWN} and names the defect in lower-case words joined by \
             hyphens; run `houmao-doctor rules new {OWN}{better}`"
        )));
    }
    let of_rule = folder.join(FIXTURES).join(id);
    let files = [
        (folder.join(format!("{id}.yaml")), RULE.replace("ID", id)),
        (of_rule.join("fires.yaml"), FIRES.to_owned()),
        (of_rule.join("quiet.yaml"), QUIET.to_owned()),
        (of_rule.join("quiet-no-manifest.yaml"), NOT_APPLICABLE.to_owned()),
        (of_rule.join("unknown.yaml"), UNKNOWN.to_owned()),
    ];
    if let Some((there, _)) = files.iter().find(|(file, _)| file.exists()) {
        return Err(DoctorError::Authoring(format!(
            "{} is there already, and nothing is overwritten; give another id",
            there.display()
        )));
    }
    let unwritten = |file: &Path, source| DoctorError::Unwritten { file: file.display().to_string(), source };
    fs::create_dir_all(&of_rule).map_err(|e| unwritten(&of_rule, e))?;
    let editor = folder.join("rule.schema.json");
    fs::write(&editor, schema(Document::Rule)? + "\n").map_err(|e| unwritten(&editor, e))?;
    for (file, text) in &files {
        fs::write(file, text).map_err(|e| unwritten(file, e))?;
    }
    Ok(files.into_iter().map(|(file, _)| file).chain([editor]).collect())
}

/// What is wrong with rules.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lint {
    /// What keeps rules from being loaded.
    pub mistakes: Vec<Mistake>,
    /// What they lack to be of use; told only where there are no mistakes.
    pub style: Vec<Mistake>,
}

/// All mistakes of all rule files of a folder, and what is wrong with their style; without a folder, of the built-in rules.
///
/// # Errors
/// When the built-in rules do not load, which is a fault of the doctor.
pub fn lint(folder: Option<&Path>) -> Result<Lint, DoctorError> {
    let built_in = rule_set()?;
    let Some(folder) = folder else {
        return Ok(Lint { mistakes: vec![], style: style_of_built_in(&built_in) });
    };
    let base = if are_built_in(folder, &built_in) { RuleSet::default() } else { built_in };
    Ok(match load(folder, &base) {
        Ok((rules, texts)) => Lint { mistakes: vec![], style: style_of(&texts, &rules) },
        Err(mistakes) => Lint { mistakes, style: vec![] },
    })
}

/// Whether a folder holds the sources of the built-in rules, which cannot stand on top of themselves: its commands are the
/// built-in ones.
fn are_built_in(folder: &Path, built_in: &RuleSet) -> bool {
    let text = read_text(&folder.join("commands.yaml")).unwrap_or_default();
    let commands: Commands = serde_yaml::from_str(&text).unwrap_or_default();
    commands.0.iter().any(|(name, _)| built_in.command(name).is_some())
}

/// The rules of a folder on top of the built-in ones, and the texts of its files.
type Loaded = (RuleSet, Vec<(String, String)>);

fn load(folder: &Path, built_in: &RuleSet) -> Result<Loaded, Vec<Mistake>> {
    let wrong = |path: &Path, what: String| Mistake {
        file: path.display().to_string(),
        line: None,
        column: None,
        what,
        help: None,
    };
    let no_folder = |what: String| {
        let here = folder.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let help = match folder.is_file() {
            true => format!("give the folder that it lies in: {}", here.display()),
            false => {
                format!("`houmao-doctor rules new {OWN}NAME --dir {}` begins a rule there", folder.display())
            }
        };
        vec![Mistake { help: Some(help), ..wrong(folder, what) }]
    };
    let (mut texts, mut mistakes) = (Vec::new(), Vec::new());
    for file in files_of(folder).map_err(no_folder)? {
        match read_text(&file) {
            Ok(text) => texts.push((file.display().to_string(), text)),
            Err(what) => mistakes.push(wrong(&file, what)),
        }
    }
    match load_texts(texts.clone(), &catalogue(), built_in) {
        Ok(rules) if mistakes.is_empty() => Ok((rules, texts)),
        Ok(_) => Err(mistakes),
        Err(more) => Err(mistakes.into_iter().chain(more).collect()),
    }
}

/// What came of trying the rules of a folder on their fixtures.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RuleTrials {
    /// The rules that were tried.
    pub rules: Vec<String>,
    /// How many fixtures kept their promise.
    pub kept: usize,
    /// Promises that are broken and kinds that are missing, a sentence each.
    pub wrong: Vec<String>,
    /// Lines of rules that no fixture holds, a sentence each; advice, not a fault.
    pub unheld: Vec<String>,
}

/// Tries each rule of a folder on the fixtures beside it.
///
/// # Errors
/// Mistakes in rules or fixtures, all of them; an operation that cannot be read.
pub fn try_rules(folder: &Path) -> Result<RuleTrials, DoctorError> {
    let built_in = rule_set()?;
    let (rules, _) = load(folder, &built_in).map_err(DoctorError::Rules)?;
    let beside = folder.join(FIXTURES);
    let fixtures = match beside.exists() {
        true => rule_fixtures(&beside, &rules).map_err(DoctorError::Fixtures)?,
        false => RuleFixtures::default(),
    };
    let own = rules.rules().map(|r| r.id.clone()).filter(|id| built_in.rule(id).is_none());
    let mut trials = RuleTrials { rules: own.collect(), ..RuleTrials::default() };
    for fixture in &fixtures.fixtures {
        match fixture.broken(&fixture.judge(&rules)?) {
            Some(what) => trials.wrong.push(format!("{}: {what}", fixture.file.display())),
            None => trials.kept += 1,
        }
    }
    for id in &trials.rules {
        let lacks = fixtures.lacking(id).into_iter().map(Promise::word);
        trials.wrong.extend(lacks.map(|kind| {
            format!("{id} has no fixture of kind {kind}; write {}", beside.join(id).join(kind).display())
                + ".yaml"
        }));
        let of_rule: Vec<_> = fixtures.fixtures.iter().filter(|f| f.rule == *id).collect();
        let unheld = unnoticed(&of_rule, &rules, id)?;
        let told = |change: &String| {
            format!(
                "{id}: it makes no difference whether {change}; add a fixture in which that alone decides"
            )
        };
        trials.unheld.extend(unheld.iter().map(told));
    }
    Ok(trials)
}
