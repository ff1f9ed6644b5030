//! Facts of the gateway's queue: how much waits or runs in it, since when, and whether it can be opened at all.
use super::{Fact, Join, number};
use crate::contract::{Loaded, load_current_instance, queue_refusal};
use crate::snapshot::{Database, Observed, QueueContents, RequestGroup};
use schemars::JsonSchema;
use serde::Serialize;

/// The gateway's queue, `gateway/queue.sqlite`. Its counts and times are unknown while the file cannot be read as it lies
/// on disk, and absent when there is no such file or it is no database.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct QueueFacts {
    /// Its path.
    pub path: Fact<String>,
    /// What SQLite says against the file (`file is not a database`, `database disk image is malformed`); absent when
    /// nothing.
    pub damage: Fact<String>,
    /// The words by which the judged release refuses its tables; absent when it takes them.
    pub refusal: Fact<String>,
    /// How many requests wait (`accepted`).
    pub waiting: Fact<i64>,
    /// When the oldest of them was accepted.
    pub waiting_since: Fact<String>,
    /// How many requests are marked as running.
    pub running: Fact<i64>,
    /// When the oldest of them was started.
    pub running_since: Fact<String>,
    /// For how many seconds the oldest of them has been running.
    pub running_for: Fact<i64>,
    /// How many wait or run: what `queue_depth` should say.
    pub depth: Fact<i64>,
    /// `queue_depth` of `state.json`.
    pub state_depth: Fact<i64>,
    /// `managed_agent_instance_epoch` of an accepted `current-instance.json`.
    pub recorded_epoch: Fact<i64>,
    /// The epoch at which the gateway runs, or the next one starts: the recorded one, else 1.
    pub epoch: Fact<i64>,
    /// How many requests wait that were accepted at another epoch; a gateway fails them.
    pub waiting_of_other_epoch: Fact<i64>,
}

impl QueueFacts {
    /// Derives them.
    pub fn of(join: &Join<'_>) -> Self {
        let path = join.gateway_path("queue.sqlite");
        let contents = contents(join);
        let in_state = |state: &'static str| {
            contents.then(|c| c.requests.iter().filter(|g| g.state == state).cloned().collect::<Vec<_>>())
        };
        let (waiting, running) = (in_state("accepted"), in_state("running"));
        let total = |groups: &Fact<Vec<RequestGroup>>| groups.then(|g| g.iter().map(rows).sum::<i64>());
        let running_since =
            running.and_then(|g| earliest(&path, g.iter().filter_map(|g| g.oldest_started_at.as_ref())));
        let recorded_epoch = recorded_epoch(join);
        let epoch = recorded_epoch.clone().or_known(1);
        QueueFacts {
            damage: damage(join),
            refusal: contents.and_then(|c| match join.release.map(|r| queue_refusal(&c.tables, r)) {
                Some(Some(said)) => Fact::known(said, path.clone()),
                Some(None) => Fact::absent(path.clone()),
                None => Fact::unknown("which release is installed is not known", path.clone()),
            }),
            waiting_since: waiting
                .and_then(|g| earliest(&path, g.iter().filter_map(|g| g.oldest_accepted_at.as_ref()))),
            running_for: running_since.and_then(|since| join.seconds_since(since, &path)),
            depth: contents.then(|c| {
                let open = |g: &&RequestGroup| g.state == "accepted" || g.state == "running";
                c.requests.iter().filter(open).map(rows).sum()
            }),
            state_depth: match join.root {
                Some(root) => number(&root.gateway.state, &join.gateway_path("state.json"), "/queue_depth"),
                None => join.no_root("the session root"),
            },
            waiting_of_other_epoch: waiting.and_then(|groups| {
                epoch.then(|now| groups.iter().filter(|g| g.epoch != *now).map(rows).sum())
            }),
            waiting: total(&waiting),
            running: total(&running),
            path: match join.root {
                Some(_) => Fact::known(path.clone(), path),
                None => join.no_root("the session root"),
            },
            running_since,
            recorded_epoch,
            epoch,
        }
    }
}

fn rows(group: &RequestGroup) -> i64 {
    i64::try_from(group.count).unwrap_or(i64::MAX)
}

/// The earliest of some times; they are all written in one form.
fn earliest<'a>(source: &str, times: impl Iterator<Item = &'a String>) -> Fact<String> {
    match times.min() {
        Some(first) => Fact::known(first.clone(), source),
        None => Fact::absent(source),
    }
}

/// What was read of the queue.
pub(super) fn contents<'a>(join: &Join<'a>) -> Fact<&'a QueueContents> {
    let source = join.gateway_path("queue.sqlite");
    match join.root.map(|r| &r.databases.queue) {
        Some(Observed::Present(Database::Read(contents))) => Fact::known(contents, source),
        None => join.no_root(source),
        Some(Observed::Absent | Observed::Present(Database::Refused(_))) => Fact::absent(source),
        Some(other) => Fact::unknown(other.ignorance().unwrap_or_default(), source),
    }
}

fn damage(join: &Join<'_>) -> Fact<String> {
    let source = join.gateway_path("queue.sqlite");
    match join.root.map(|r| &r.databases.queue) {
        Some(Observed::Present(Database::Refused(said))) => Fact::known(said.clone(), source),
        None => join.no_root(source),
        Some(Observed::Absent | Observed::Present(Database::Read(_))) => Fact::absent(source),
        Some(other) => Fact::unknown(other.ignorance().unwrap_or_default(), source),
    }
}

/// The epoch of a handle that Houmao accepts; one it refuses is as good as none.
fn recorded_epoch(join: &Join<'_>) -> Fact<i64> {
    let path = join.gateway_path("run/current-instance.json");
    let Some(file) = join.root.map(|r| &r.gateway.current_instance) else {
        return join.no_root("the session root");
    };
    let Some(release) = join.release else {
        return Fact::unknown("which release is installed is not known", path);
    };
    match load_current_instance(file, &path, release) {
        Loaded::Ok(_) => number(file, &path, "/managed_agent_instance_epoch"),
        Loaded::Refused(_) => Fact::absent(path),
        Loaded::Unknown(why) => Fact::unknown(why, path),
    }
}

impl Join<'_> {
    /// Seconds from a time until the snapshot was taken, never less than 0.
    pub(super) fn seconds_since(&self, time: &str, source: &str) -> Fact<i64> {
        let read = |t: &str| t.parse::<jiff::Timestamp>().ok();
        match (read(time), read(&self.snapshot.taken_at)) {
            (Some(then), Some(now)) => Fact::known((now.as_second() - then.as_second()).max(0), source),
            _ => Fact::unknown("a time that cannot be read", source),
        }
    }
}
