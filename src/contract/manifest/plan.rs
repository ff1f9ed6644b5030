//! `launch_plan` of `manifest.json` as data (contract section 3.2).
use super::rules;
use super::shape::{BACKENDS, maybe, one};
use crate::contract::check::{Fallback, Field, Kind, Model, field, text, word};
use crate::contract::releases::{AS_IS_MODE, AUTO_SKILL_PROMPTS, HOME_PROMPTS};

static HOME_SELECTOR: Model =
    Model { class: "LaunchPlanHomeSelectorV1", fields: &[text("env_var"), text("home_path")], rule: None };

static ROLE_INJECTION: Model = Model {
    class: "LaunchPlanRoleInjectionV1",
    fields: &[
        one(
            "method",
            &[
                word("native_developer_instructions"),
                word("native_append_system_prompt"),
                word("auto_skill_system_prompt").since(AUTO_SKILL_PROMPTS).until(HOME_PROMPTS),
                word("native_home_system_prompt").since(HOME_PROMPTS),
                word("bootstrap_message"),
                word("cao_profile"),
            ],
        ),
        text("role_name"),
    ],
    rule: None,
};

static MAILBOX_FILESYSTEM: Model = Model {
    class: "LaunchPlanMailboxFilesystemV1",
    fields: &[
        one("transport", &[word("filesystem")]),
        text("principal_id"),
        text("address"),
        text("bindings_version"),
        text("filesystem_root"),
        one("mailbox_kind", &[word("in_root"), word("symlink")])
            .or(Fallback::Text("in_root"))
            .since(AS_IS_MODE),
        maybe("mailbox_path").since(AS_IS_MODE),
    ],
    rule: Some(rules::mailbox_filesystem),
};

/// The other mailbox binding; the same in manifests and records.
pub const MAILBOX_STALWART_FIELDS: &[Field] = &[
    one("transport", &[word("stalwart")]),
    text("principal_id"),
    text("address"),
    text("bindings_version"),
    text("jmap_url"),
    text("management_url"),
    text("login_identity"),
    text("credential_ref"),
];

static MAILBOX_STALWART: Model =
    Model { class: "LaunchPlanMailboxStalwartV1", fields: MAILBOX_STALWART_FIELDS, rule: None };

/// `launch_policy_provenance`, at the top and in the plan.
pub static POLICY_PROVENANCE: Model = Model {
    class: "LaunchPolicyProvenanceV1",
    fields: &[
        one(
            "requested_operator_prompt_mode",
            &[word("interactive").until(AS_IS_MODE), word("as_is").since(AS_IS_MODE), word("unattended")],
        ),
        text("detected_tool_version"),
        text("selected_strategy_id"),
        one("selection_source", &[word("registry"), word("env_override")]),
        maybe("override_env_var_name"),
    ],
    rule: None,
};

/// `launch_plan`.
pub static LAUNCH_PLAN: Model = Model {
    class: "LaunchPlanPayloadV1",
    fields: &[
        field("backend", BACKENDS),
        text("tool"),
        text("executable"),
        field("args", Kind::List(&Kind::Text)),
        text("working_directory"),
        field("home_selector", Kind::Model(&HOME_SELECTOR)),
        field("env_var_names", Kind::List(&Kind::Text)),
        field("role_injection", Kind::Model(&ROLE_INJECTION)),
        field("metadata", Kind::AnyObject),
        field(
            "mailbox",
            Kind::Tagged(
                "transport",
                &[("filesystem", &MAILBOX_FILESYSTEM), ("stalwart", &MAILBOX_STALWART)],
            ),
        )
        .optional(),
        field("launch_policy_provenance", Kind::Model(&POLICY_PROVENANCE)).optional(),
    ],
    rule: None,
};
