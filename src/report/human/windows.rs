//! The windows and panes of a session as tmux lists them, each marked in words with what it is to Houmao.
use super::page::{Page, Tone};
use crate::finding::{Detail, EffectKind, Finding, Layout, LayoutPane, LayoutWindow, Role};
use crate::report::order::{Case, Family};
use crate::report::{plain, text};

/// Windows of a session that are drawn before the rest is counted. Agent, gateway and what is recorded are always drawn.
const WINDOWS: usize = 8;
/// Columns that an id gets: tmux's have no more.
const ID: usize = 8;

/// Whether the windows help to see what the case is about.
pub(super) fn wanted(case: &Case, shown: &[&Family], detail: Detail) -> bool {
    let about = |f: &Finding| {
        f.subject.contains("/window:")
            || f.evidence.iter().any(|e| e.fact.contains("window") || e.fact.contains("pane"))
    };
    let kills = |k: EffectKind| k == EffectKind::KillsWindow;
    match detail {
        Detail::Brief => false,
        Detail::Full => true,
        Detail::Normal => {
            shown.iter().any(|f| about(f.head))
                || case.layouts.iter().any(|l| case.subject.is_some_and(|s| s.name != l.session))
                || case.operations.iter().flat_map(|o| &o.effects).any(|e| e.harm && kills(e.kind))
        }
    }
}

/// Says why there is none to draw, where tmux lists none at all. Gives whether it said something.
pub(super) fn none(page: &mut Page, case: &Case) -> bool {
    let why = case.tmux.filter(|_| case.layouts.is_empty() && page.look.detail != Detail::Brief);
    if let Some(why) = why {
        page.subheading(&format!("Windows: none, since {why}"));
    }
    why.is_some()
}

/// Draws the windows of the case's session, and of the session that holds its recorded window instead.
pub(super) fn draw(page: &mut Page, case: &Case) {
    for layout in &case.layouts {
        let own = case.subject.is_some_and(|s| s.name == layout.session);
        let name = format!("Windows of tmux session \"{}\" ({})", layout.session, layout.id);
        let name = if own { name } else { format!("{name}, where the recorded window is now") };
        page.subheading(&name);
        let chosen: Vec<&LayoutWindow> = choose(layout, page.look.detail);
        let rows = rows(page, &chosen);
        table(page, &rows);
        let left = layout.windows.len() - chosen.len() + layout.windows_left_out;
        if left > 0 {
            let list = if layout.windows_left_out == 0 { " with -v" } else { "" };
            page.prose(2, &format!("and {} more{list}", text::count(left, "window")));
        }
    }
}

/// All windows, or those that matter and the first others, in their order.
fn choose(layout: &Layout, detail: Detail) -> Vec<&LayoutWindow> {
    if detail == Detail::Full {
        return layout.windows.iter().collect();
    }
    let telling = |w: &LayoutWindow| w.role != Role::Auxiliary || w.recorded == Some(true);
    let room = WINDOWS.saturating_sub(layout.windows.iter().filter(|w| telling(w)).count());
    let mut others = 0;
    let fits = |w: &&LayoutWindow| {
        others += usize::from(!telling(w));
        telling(w) || others <= room
    };
    layout.windows.iter().filter(fits).collect()
}

/// Columns that the name of a window or program gets, so that a row without what it is fits the narrowest page.
fn name_columns(page: &Page) -> usize {
    (page.look.width.saturating_sub(30) / 3).clamp(8, 20)
}

/// The columns of a row: window, its id, pane, program, and what it is.
type Row = ([String; 4], String, Option<Tone>);

/// One row a pane; what it is goes on below itself where the page is narrow.
fn rows(page: &Page, windows: &[&LayoutWindow]) -> Vec<Row> {
    let mut rows = Vec::new();
    for w in windows {
        for (n, pane) in w.panes.iter().enumerate() {
            let active = if w.active { "*" } else { "" };
            let name = format!("{}:{}{active}", w.index, text::cut(&page.show(&w.name), name_columns(page)));
            let id = |id: &str| text::cut(&page.show(id), ID);
            let [name, window] = if n == 0 { [name, id(&w.id)] } else { Default::default() };
            rows.push(([name, window, id(&pane.id), program(page, pane)], words(w, pane), tone(w, pane)));
        }
        if w.panes_left_out > 0 {
            let left = format!("and {} more", text::count(w.panes_left_out, "pane"));
            rows.push((Default::default(), left, None));
        }
    }
    rows
}

/// Writes rows with their columns aligned.
fn table(page: &mut Page, rows: &[Row]) {
    let mut wide = [0; 4];
    for (cells, ..) in rows {
        for (wide, cell) in wide.iter_mut().zip(cells) {
            *wide = text::columns(cell).max(*wide);
        }
    }
    for (cells, words, tone) in rows {
        let mut mark = String::from("  ");
        for (cell, wide) in cells.iter().zip(wide) {
            mark += &format!("{cell}{}  ", " ".repeat(wide - text::columns(cell)));
        }
        page.columns(&mark, words, *tone);
    }
}

/// The program in the foreground, and the process that tmux started.
fn program(page: &Page, pane: &LayoutPane) -> String {
    let name = text::cut(&page.show(&pane.command), name_columns(page));
    if pane.dead { format!("{name} (ended)") } else { format!("{name} ({})", pane.pid) }
}

/// What a pane is to Houmao.
fn words(w: &LayoutWindow, pane: &LayoutPane) -> String {
    plain::marked(pane.role, hit(w, pane))
}

/// Whether the record names this window, though it is not the gateway: a command that goes by the record hits it.
fn hit(w: &LayoutWindow, pane: &LayoutPane) -> bool {
    w.recorded == Some(true) && w.role != Role::RecordedGateway && (pane.role == w.role)
}

fn tone(w: &LayoutWindow, pane: &LayoutPane) -> Option<Tone> {
    match pane.role {
        _ if hit(w, pane) => Some(Tone::Danger),
        Role::RecordedGateway => Some(Tone::Good),
        Role::AgentSurface | Role::MovedAgent | Role::AstrayAgent => Some(Tone::Note),
        Role::Auxiliary | Role::LooksLikeGateway => Some(Tone::Faint),
        Role::Unknown => Some(Tone::Unsure),
    }
}
