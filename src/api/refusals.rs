//! The refusals of the API in its document: one type a status, named by the handlers that answer it; and those that any
//! address answers.

use std::collections::BTreeMap;

use utoipa::openapi::path::Operation;
use utoipa::openapi::{Content, OpenApi, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, Modify};

/// Answered by the guard and by whatever reads an address, before any handler.
const EVERYWHERE: [(&str, &str); 5] = [
    ("400", "The address, its query or the Host header cannot be read."),
    ("401", "A token is needed: `Authorization: Bearer …`."),
    ("403", "Asked by a page of another site."),
    ("421", "Asked under a name that is not the daemon's."),
    ("500", "The daemon's own fault; the log tells more."),
];
/// A body is looked for wherever something is changed, also where nothing is taken from it.
const OF_A_POST: [(&str, &str); 3] = [
    ("408", "The body did not come in time."),
    ("413", "The body is larger than 1 MiB."),
    ("415", "`Content-Type: application/json` is missing."),
];
const OF_A_BODY: (&str, &str) = ("422", "The body has fields that cannot be taken; `problems` names each.");

macro_rules! refusals {
    ($($name:ident = $status:literal $text:literal;)*) => { $(
        pub(super) struct $name;

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                BTreeMap::from([($status.to_owned(), RefOr::T(problem($text)))])
            }
        }
    )* };
}

refusals! {
    NotFound = "404" "There is none of that name.";
    Conflict = "409" "Not in the state that things are in; `detail` says why.";
    Unprocessable = "422" "A value that cannot be taken; `problems` names each.";
    Unavailable = "503" "No place: too many wait already, or the daemon is stopping.";
}

fn problem(text: &str) -> Response {
    let content = Content::new(Some(Ref::from_schema_name("Problem")));
    ResponseBuilder::new().description(text).content("application/problem+json", content).build()
}

/// Adds to each operation what it answers beside what its handler says.
pub(super) struct Refusals;

impl Modify for Refusals {
    fn modify(&self, document: &mut OpenApi) {
        for item in document.paths.paths.values_mut() {
            for operation in [&mut item.get, &mut item.post, &mut item.delete].into_iter().flatten() {
                refuse(operation, &EVERYWHERE);
            }
            if let Some(operation) = &mut item.post {
                refuse(operation, &OF_A_POST);
            }
        }
    }
}

fn refuse(operation: &mut Operation, refusals: &[(&str, &str)]) {
    let of_its_body = operation.request_body.is_some().then_some(&OF_A_BODY);
    for (status, text) in refusals.iter().chain(of_its_body) {
        let answers = &mut operation.responses.responses;
        answers.entry((*status).to_owned()).or_insert_with(|| RefOr::T(problem(text)));
    }
}
