//! What wit-bindgen makes of `sdk/wit/scenario.wit`. Nothing here is written by hand; the other modules give it its words.
#![allow(missing_docs, unsafe_code, clippy::missing_safety_doc)]

wit_bindgen::generate!({
    path: "../wit",
    world: "scenario",
    pub_export_macro: true,
    export_macro_name: "export_scenario",
    default_bindings_module: "dualbench_scenario::bindings",
});
