//! `GET /api/templates`: the folders that `dualbench new` writes, as archives.

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::api::ask::Named;
use crate::api::error::Problem;
use crate::api::refusals::NotFound;
use crate::api::schemas;
use crate::scenario::templates::{self, File, NAME};

const ENDING: &str = ".tar.gz";

/// The languages that have a template
#[utoipa::path(
    get,
    path = "/api/templates",
    operation_id = "templates",
    tag = "about",
    responses((status = 200, description = "In order", body = schemas::Templates)),
)]
pub(super) async fn list() -> Json<Value> {
    Json(json!({ "languages": templates::languages() }))
}

/// A folder for a scenario of one's own
///
/// What `dualbench new my-scenario --lang LANGUAGE` writes: the template, the SDK's own files and the contract.
#[utoipa::path(
    get,
    path = "/api/templates/{archive}",
    operation_id = "template",
    tag = "about",
    params(("archive" = String, Path, description = "A language of `/api/templates` with `.tar.gz` behind it", example = "rust.tar.gz")),
    responses(
        (status = 200, description = "The folder `my-scenario`", body = schemas::Archive, content_type = "application/gzip"),
        NotFound,
    ),
)]
pub(super) async fn one(Named(archive): Named) -> Result<Response, Problem> {
    let unknown = || {
        let known = templates::languages().join(", ");
        Problem::not_found(format!("no such template; ask for LANGUAGE{ENDING}, where LANGUAGE is one of {known}"))
    };
    let language = archive.strip_suffix(ENDING).and_then(templates::language).ok_or_else(unknown)?;
    let failed = |_| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the template could not be packed");
    let packed = packed(&templates::files(&language, NAME)).map_err(failed)?;
    let named = format!("attachment; filename=\"{NAME}-{language}{ENDING}\"");
    Ok(([(header::CONTENT_TYPE, "application/gzip".to_owned()), (header::CONTENT_DISPOSITION, named)], packed)
        .into_response())
}

fn packed(files: &[File]) -> std::io::Result<Vec<u8>> {
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::default()));
    for file in files {
        let mut head = tar::Header::new_gnu();
        head.set_size(file.bytes.len() as u64);
        head.set_mode(0o644);
        archive.append_data(&mut head, format!("{NAME}/{}", file.path), file.bytes.as_slice())?;
    }
    archive.into_inner()?.finish()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::io::Read;

    use super::*;

    #[test]
    fn an_archive_holds_the_files_of_its_template_and_no_others() {
        for language in templates::languages() {
            let files = templates::files(&language, NAME);
            let packed = packed(&files).expect("packed");
            let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(packed.as_slice()));
            let mut found = BTreeSet::new();
            for entry in archive.entries().expect("an archive") {
                let mut entry = entry.expect("an entry");
                let path = entry.path().expect("a path").to_string_lossy().into_owned();
                let mut bytes = Vec::new();
                entry.read_to_end(&mut bytes).expect("its bytes");
                found.insert((path, bytes));
            }
            let expected = files.into_iter().map(|f| (format!("{NAME}/{}", f.path), f.bytes)).collect();
            assert_eq!(found, expected, "{language}");
        }
    }
}
