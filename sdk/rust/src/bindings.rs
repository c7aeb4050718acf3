//! What wit-bindgen makes of `sdk/wit/scenario.wit`. Nothing here is written by hand; the other modules give it its words.
#![allow(missing_docs, unsafe_code, clippy::missing_safety_doc)]

wit_bindgen::generate!({
    path: "../wit",
    world: "scenario",
    pub_export_macro: true,
    export_macro_name: "export_scenario",
    default_bindings_module: "dualbench_scenario::bindings",
});

/// The world of a scenario with users; its types are those above.
pub mod with_users {
    wit_bindgen::generate!({
        path: "../wit",
        world: "scenario-with-users",
        pub_export_macro: true,
        export_macro_name: "export_scenario",
        default_bindings_module: "dualbench_scenario::bindings::with_users",
        with: {
            "dualbench:scenario/types@0.1.0": super::dualbench::scenario::types,
            "dualbench:scenario/engines@0.1.0": super::dualbench::scenario::engines,
            "dualbench:scenario/report@0.1.0": super::dualbench::scenario::report,
            "dualbench:scenario/data@0.1.0": super::dualbench::scenario::data,
        },
    });
}
