//! Where a pair server keeps what it knows of a session (contract section 8.1).
use super::{Content, SessionRoot};
use serde_json::Value;
use std::path::Path;

impl SessionRoot {
    /// The runtime root under which it lies, `<runtime root>/sessions/<backend>/<session>`; none where it lies otherwise.
    pub fn runtime_root(&self) -> Option<&Path> {
        let sessions = Path::new(&self.path).parent()?.parent()?;
        sessions.ends_with("sessions").then(|| sessions.parent()).flatten()
    }

    /// The registration from which the server that its manifest names knows it, where that server keeps its files in the
    /// same runtime root; none of a session that is not pair-managed.
    pub fn registration_path(&self) -> Option<String> {
        let manifest = match &self.manifest.present()?.content {
            Content::Json(manifest) => manifest,
            _ => return None,
        };
        let text = |pointer| manifest.pointer(pointer).and_then(Value::as_str);
        let url = text("/gateway_authority/attach/api_base_url")?;
        let server = url.split_once("://")?.1.trim_end_matches('/').replace(':', "-");
        let session = text("/tmux_session_name").or_else(|| text("/tmux/session_name"))?;
        let folder = self.runtime_root()?.join("houmao_servers").join(server).join("sessions").join(session);
        Some(folder.join("registration.json").to_string_lossy().into_owned())
    }
}
