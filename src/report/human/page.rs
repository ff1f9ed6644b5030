//! Lines of the human report: wrapped, indented, coloured, and nothing in them that a terminal would obey.
use crate::finding::Detail;
use crate::report::{Look, text, time};
use jiff::Timestamp;
use owo_colors::{OwoColorize, Style};

/// What a piece of text is, for its colour. Words carry the meaning; colour repeats it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Danger,
    Bad,
    Unsure,
    Warn,
    Good,
    Note,
    Heading,
    Command,
    Faint,
}

/// Columns that prose in a table needs.
const LEAST: usize = 18;

/// A report as it grows.
pub(super) struct Page<'l> {
    pub look: &'l Look,
    /// When the observation was made, against which times are told.
    now: Option<Timestamp>,
    lines: Vec<String>,
}

impl<'l> Page<'l> {
    /// `taken_at` is when the observation was made, RFC 3339.
    pub fn new(look: &'l Look, taken_at: &str) -> Self {
        Page { look, now: taken_at.parse().ok(), lines: Vec::new() }
    }

    /// All lines, each with its end.
    pub fn finish(self) -> String {
        self.lines.iter().map(|l| format!("{}\n", l.trim_end())).collect()
    }

    /// How many lines there are.
    pub fn at(&self) -> usize {
        self.lines.len()
    }

    /// Puts the lines from `from` to `to` behind all that follow them.
    pub fn defer(&mut self, from: usize, to: usize) {
        self.blank();
        self.lines[from..].rotate_left(to - from);
    }

    /// Makes a part of a section stand by itself: its lines from `from` to `to` lose what they are indented by as parts.
    pub fn outdent(&mut self, from: usize, to: usize) {
        for line in &mut self.lines[from..to] {
            if let Some(rest) = line.strip_prefix("  ") {
                *line = rest.to_owned();
            }
        }
    }

    /// An empty line, unless there is one already.
    pub fn blank(&mut self) {
        if self.lines.last().is_some_and(|l| !l.is_empty()) {
            self.lines.push(String::new());
        }
    }

    /// A section begins.
    pub fn heading(&mut self, title: &str) {
        if self.look.detail != Detail::Brief {
            self.blank();
        }
        self.titled(title);
    }

    /// A section that belongs to what stands before it begins: no empty line, unless everything is wanted.
    pub fn subheading(&mut self, title: &str) {
        if self.look.detail == Detail::Full {
            self.blank();
        }
        self.titled(title);
    }

    fn titled(&mut self, title: &str) {
        let title = self.show(title);
        for line in text::wrap(&title, self.look.width, "", "  ") {
            let line = self.paint(&line, Tone::Heading);
            self.lines.push(line);
        }
    }

    /// Prose, wrapped, every line `indent` deep.
    pub fn prose(&mut self, indent: usize, prose: &str) {
        self.item(&" ".repeat(indent), prose);
    }

    /// Prose after a mark (`  1. `, `  - `), the lines after the first as deep as the mark is wide.
    pub fn item(&mut self, mark: &str, prose: &str) {
        let rest = " ".repeat(text::columns(mark));
        let prose = self.show(prose.trim());
        self.lines.extend(text::wrap(&prose, self.look.width, mark, &rest));
    }

    /// A coloured word before prose; the lines after the first stand under the prose.
    pub fn lead(&mut self, word: &str, tone: Tone, prose: &str) {
        let at = self.lines.len();
        self.item(&format!("{word}  "), prose);
        let painted = self.paint(word, tone);
        if let Some(line) = self.lines.get_mut(at) {
            line.replace_range(..word.len(), &painted);
        }
    }

    /// A row that has been shown safely already and begins with `word`, which alone is coloured.
    pub fn row_with(&mut self, word: &str, tone: Tone, line: &str) {
        let painted = self.paint(word, tone);
        let rest = line.strip_prefix(word).unwrap_or(line);
        self.lines.push(format!("{painted}{rest}"));
    }

    /// A line across the page that names what comes.
    pub fn rule(&mut self, name: &str) {
        let name = self.show(name);
        let dashes = self.look.width.saturating_sub(text::columns(&name) + 4).max(3);
        let line = self.paint(&format!("-- {name} {}", "-".repeat(dashes)), Tone::Heading);
        self.lines.push(line);
    }

    /// One line that is never wrapped: a path, an observed value, a row of a table.
    pub fn raw(&mut self, indent: usize, line: &str) {
        let line = self.show(line);
        self.lines.push(format!("{}{line}", " ".repeat(indent)));
    }

    /// Two things that belong together: on one line with `between` where that fits, else on lines of their own. The first
    /// is wrapped; the second, a place, is not.
    pub fn pair(&mut self, indent: usize, one: &str, between: &str, two: &str) {
        let (one, two) = (self.show(one), self.show(two));
        let pad = " ".repeat(indent);
        if indent + text::columns(&one) + between.len() + text::columns(&two) <= self.look.width {
            self.lines.push(format!("{pad}{one}{between}{two}"));
            return;
        }
        self.lines.extend(text::wrap(&one, self.look.width, &pad, &format!("{pad}    ")));
        self.lines.extend((!two.is_empty()).then(|| format!("{pad}  {two}")));
    }

    /// Two things that belong together, on one line where that fits; both are wrapped.
    pub fn both(&mut self, indent: usize, one: &str, between: &str, two: &str) {
        if indent + text::columns(&self.show(&format!("{one}{between}{two}"))) <= self.look.width {
            self.raw(indent, &format!("{one}{between}{two}"));
        } else {
            self.prose(indent, one);
            self.prose(indent + 2, two);
        }
    }

    /// A pair after a heading, on its line where all fits on one; else below it, and the heading can be longer.
    pub fn headed(&mut self, [short, long]: [&str; 2], one: &str, between: &str, two: &str) {
        let heading = format!("{short}:");
        let line = format!("{heading} {}{between}{}", self.show(one), self.show(two));
        if text::columns(line.trim_end()) <= self.look.width {
            self.row_with(&heading, Tone::Heading, &line);
        } else {
            self.titled(long);
            self.pair(2, one, between, two);
        }
    }

    /// A row that has been shown safely already, coloured as a whole.
    pub fn row(&mut self, line: &str, tone: Option<Tone>) {
        let line = tone.map_or_else(|| line.to_owned(), |tone| self.paint(line, tone));
        self.lines.push(line);
    }

    /// Cells that have been shown safely and aligned already, then prose that goes on below itself, coloured as a whole.
    /// Where the cells leave too little room, the prose stands below them.
    pub fn columns(&mut self, cells: &str, prose: &str, tone: Option<Tone>) {
        let deep = text::columns(cells);
        let below = deep + LEAST > self.look.width;
        if below {
            self.row(cells.trim_end(), tone);
        }
        let rest = " ".repeat(if below { 6 } else { deep });
        let lines = text::wrap(prose, self.look.width, if below { &rest } else { cells }, &rest);
        lines.iter().for_each(|line| self.row(line, tone));
    }

    /// A command on a line of its own, never wrapped, to be pasted as it stands.
    pub fn command(&mut self, indent: usize, argv: &[String]) {
        let line = self.paint(&text::command(argv, self.look.ascii), Tone::Command);
        self.lines.push(format!("{}{line}", " ".repeat(indent)));
    }

    /// `text` with the age of each time in it. Not for what Houmao prints, which is told as it is.
    pub fn aged(&self, text: &str) -> String {
        time::aged(text, self.now)
    }

    /// `text` as it can be shown.
    pub fn show(&self, text: &str) -> String {
        text::visible(text, self.look.ascii)
    }

    fn paint(&self, text: &str, tone: Tone) -> String {
        if !self.look.colour {
            return text.to_owned();
        }
        let style = match tone {
            Tone::Danger => Style::new().bright_white().on_red().bold(),
            Tone::Bad => Style::new().red().bold(),
            Tone::Unsure => Style::new().magenta().bold(),
            Tone::Warn => Style::new().yellow().bold(),
            Tone::Good => Style::new().green().bold(),
            Tone::Note => Style::new().cyan().bold(),
            Tone::Heading => Style::new().bold(),
            Tone::Command => Style::new().cyan(),
            Tone::Faint => Style::new().dimmed(),
        };
        text.style(style).to_string()
    }
}
