//! The decision path of an operation as a flow chart in mermaid, which GitHub, GitLab and others draw.
use crate::finding::{Operation, OperationVerdict, StepOutcome};
use crate::report::path::{self, Row, rows};
use crate::report::{text, words};

/// Characters that one part of a label may have.
const LABEL: usize = 120;

/// The colours of the classes; they only repeat what the labels say. Dark text on light boxes is read in both themes.
const CLASSES: &str = "    classDef ok fill:#dafbe1,stroke:#1a7f37,color:#1f2328
    classDef fails fill:#ffebe9,stroke:#cf222e,color:#1f2328
    classDef harms fill:#cf222e,stroke:#82071e,color:#ffffff
    classDef goeson fill:#fff8c5,stroke:#9a6700,color:#1f2328
    classDef unsure fill:#fbefff,stroke:#8250df,color:#1f2328
    classDef idle fill:#f6f8fa,stroke:#818b98,color:#59636e,stroke-dasharray:4 3
";

/// The chart, without its fence.
pub(super) fn chart(op: &Operation) -> String {
    let rows = rows(op, false);
    let command = text::command(&op.argv, false);
    let command = if command.is_empty() { format!("{} {}", op.operation, op.selector) } else { command };
    let mut out = format!("flowchart TD\n    start([\"{}\"])\n", label(&[command]));
    for (n, row) in rows.iter().enumerate() {
        let (class, arrow) = style(row);
        out += &format!("    s{n}[\"{}\"]:::{class}\n", label(&lines(row)));
        let from = n.checked_sub(1).map_or("start".to_owned(), |p| format!("s{p}"));
        let edge = match n.checked_sub(1).map(|p| rows[p].outcome) {
            Some(StepOutcome::FellThrough) => "-->|goes on|",
            _ => arrow,
        };
        out += &format!("    {from} {edge} s{n}\n");
        if row.harms {
            for (h, effect) in op.effects.iter().filter(|e| e.harm).enumerate() {
                out += &format!("    h{h}{{{{\"HARM<br/>{}\"}}}}:::harms\n", label(&[words::effect(effect)]));
                out += &format!("    s{n} ==> h{h}\n");
            }
        }
    }
    let last = rows.len().checked_sub(1).map_or("start".to_owned(), |l| format!("s{l}"));
    let (ending, class) = ending(op);
    out += &format!("    done([\"{}\"]):::{class}\n    {last} --> done\n{CLASSES}", label(&ending));
    out
}

/// What a box says: the step, what comes of it, and where it is not plain, what was read.
fn lines(row: &Row) -> Vec<String> {
    let mut lines = vec![format!("{} {}", row.number, row.title), path::word(row).to_owned()];
    if let Some(step) = row.step {
        lines.extend(step.read.iter().map(|read| format!("reads {read}")));
        lines.extend(step.source.iter().map(|source| format!("from {source}")));
    }
    lines
}

/// The class of a box, and the arrow that leads to it.
fn style(row: &Row) -> (&'static str, &'static str) {
    match row.outcome {
        _ if row.harms => ("harms", "-->"),
        StepOutcome::Ok => ("ok", "-->"),
        StepOutcome::Failed => ("fails", "-->"),
        StepOutcome::FellThrough => ("goeson", "-->"),
        StepOutcome::NotReached => ("idle", "-.->"),
        StepOutcome::Unknown => ("unsure", "-->"),
    }
}

/// How it ends.
fn ending(op: &Operation) -> (Vec<String>, &'static str) {
    let code = op.exit_code.map_or("exit code not known".to_owned(), |c| format!("exit code {c}"));
    let (word, class) = match op.verdict {
        OperationVerdict::WillWork => ("will work", "ok"),
        OperationVerdict::WillWorkByFallback => ("will work, by its fallback", "goeson"),
        OperationVerdict::WillFail => ("will fail", "fails"),
        OperationVerdict::WouldHarm => ("would harm", "harms"),
        OperationVerdict::CannotTell => ("cannot tell", "unsure"),
    };
    let mut lines = vec![format!("{word}, {code}")];
    lines.extend(op.error.iter().map(|e| format!("Error: {e}")));
    (lines, class)
}

/// The lines of a label. Within quotes mermaid still reads entities, HTML and Markdown, so that all but letters, digits
/// and what can be none of these is written as a numbered entity.
fn label(lines: &[String]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| entities(&cut(&text::prose(line)))).collect();
    lines.join("<br/>")
}

fn entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    for c in text.chars() {
        // `www.` would be drawn as a link.
        let safe =
            c.is_alphanumeric() || " ,/-()".contains(c) || (c == '.' && !before.eq_ignore_ascii_case(&'w'));
        if safe {
            out.push(c);
        } else {
            out.push_str(&format!("#{};", c as u32));
        }
        before = c;
    }
    out
}

/// The ends of what is too long for a box: paths differ in their ends.
fn cut(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    if chars.len() <= LABEL {
        return text.to_owned();
    }
    let half = LABEL / 2;
    let (head, tail) = (&chars[..half], &chars[chars.len() - half..]);
    format!("{}…{}", head.iter().collect::<String>(), tail.iter().collect::<String>())
}
