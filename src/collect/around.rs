//! What named things turn out to be. It is looked twice: first at what the registry and the operator name, while tmux
//! still answers, and then at what tmux's answer adds. Whatever is named before is named after, so that nothing is
//! looked at which one look after the answer would not see.
use super::environment::Environment;
use super::keep_lists::Kept;
use super::limits::{Limits, PATHS_MAX};
use super::named::{self, Brain, Seen};
use super::probes::Question;
use super::processes::Gateway;
use super::{Wants, databases, paths, ports, processes, programs, roots, servers};
use crate::snapshot::{Observed, PathState, Port, Process, RegistryView, SessionRoot, TmuxSession};
use std::collections::{BTreeMap, BTreeSet};

/// What both looks have in common.
pub(super) struct Eyes<'a> {
    pub wants: &'a Wants,
    pub env: &'a Environment,
    pub kept: &'a Kept,
    pub registry: &'a RegistryView,
}

/// What was seen so far.
#[derive(Default)]
pub(super) struct Around {
    pub roots: Vec<SessionRoot>,
    pub paths: BTreeMap<String, Observed<PathState>>,
    pub executables: BTreeMap<String, Observed<String>>,
    pub processes: BTreeMap<u32, Observed<Process>>,
    pub ports: BTreeMap<u16, Observed<Port>>,
    brains: BTreeMap<String, Option<Brain>>,
    pointers: Vec<String>,
    questions: BTreeSet<Question>,
}

impl Around {
    /// Reads the session roots that lead to everything else, and gives the questions for servers that were not given
    /// before.
    pub(super) fn read_roots(
        &mut self,
        eyes: &Eyes,
        sessions: &[TmuxSession],
        limits: &mut Limits,
    ) -> BTreeSet<Question> {
        let pointers = named::pointers(&eyes.wants.session_roots, sessions, eyes.registry);
        let before = std::mem::take(&mut self.roots);
        self.roots = roots::look(&pointers, before, eyes.env, eyes.kept, limits);
        self.pointers = pointers.into_iter().map(|p| p.text).collect();
        for path in Brain::paths_in(&self.roots) {
            if !self.brains.contains_key(path) {
                self.brains.insert(path.to_owned(), Brain::read(&eyes.env.cwd.join(path)));
            }
        }
        let questions = servers::questions(eyes.wants, &self.seen(eyes, sessions));
        let fresh = questions.difference(&self.questions).cloned().collect();
        self.questions = questions;
        fresh
    }

    /// Looks at everything that is named and was not looked at before; `running` are the gateways of this machine.
    pub(super) fn look(
        &mut self,
        eyes: &Eyes,
        sessions: &[TmuxSession],
        running: &[Gateway],
        limits: &mut Limits,
    ) {
        databases::look(&mut self.roots, eyes.registry);
        let seen = self.seen(eyes, sessions);
        let (mut paths, cut) = seen.paths(PATHS_MAX);
        if cut {
            limits.hit("paths", format!("{PATHS_MAX} paths"));
        }
        paths.extend(self.pointers.iter().cloned());
        let (programs, pids, mut ports) = (seen.programs(), seen.pids(), seen.ports());
        ports.extend(servers::ports(&self.questions));
        let gateway_roots = self.roots.iter().map(|r| format!("{}/gateway", r.path)).collect();

        let fresh = paths.into_iter().filter(|p| !self.paths.contains_key(p)).collect::<Vec<_>>();
        let links = &mut paths::Links::default();
        self.paths.extend(fresh.into_iter().map(|p| (p.clone(), paths::look_at(&p, eyes.env, links))));
        let fresh = programs.into_iter().chain(programs::ALWAYS.map(String::from));
        let fresh = fresh.filter(|p| !self.executables.contains_key(p)).collect::<Vec<_>>();
        self.executables.extend(programs::look(fresh, eyes.env));
        let mut fresh = processes::wanted(&pids, &gateway_roots, running);
        fresh.retain(|pid| !self.processes.contains_key(pid));
        self.processes.extend(processes::look(fresh));
        ports.retain(|port| !self.ports.contains_key(port));
        if !ports.is_empty() {
            let likely: Vec<u32> = self.processes.keys().copied().collect();
            self.ports.extend(ports::look(&ports, &likely, limits));
        }
    }

    fn seen<'a>(&'a self, eyes: &Eyes<'a>, sessions: &'a [TmuxSession]) -> Seen<'a> {
        Seen { env: eyes.env, sessions, registry: eyes.registry, roots: &self.roots, brains: &self.brains }
    }
}
