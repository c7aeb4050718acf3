//! `GET /api/compare?a=…&b=…`: runs held against one another; `b` again for more of them.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use serde_json::Value;

use crate::api::error::{FieldProblem, Problem};
use crate::api::refusals::{Conflict, NotFound, Unprocessable};
use crate::api::{Parts, ask, schemas};
use crate::store::{Question, comparison_json};

type Pairs = Result<Query<Vec<(String, String)>>, QueryRejection>;

/// Hold runs against one another
#[utoipa::path(
    get,
    path = "/api/compare",
    operation_id = "compare",
    tag = "compare",
    params(
        ("a" = Option<String>, Query, description = "A run: its id, its beginning, or `latest`"),
        ("baseline" = Option<String>, Query, description = "A pinned run in place of `a`"),
        ("b" = Vec<String>, Query, description = "What is held against it; again for more runs"),
        ("force" = Option<bool>, Query, description = "Also where the runs differ in more than they should"),
    ),
    responses(
        (status = 200, description = "The differences, each with interval, p and effect size", body = schemas::Comparisons),
        NotFound,
        Conflict,
        Unprocessable,
    ),
)]
pub(super) async fn compare(State(parts): State<Parts>, query: Pairs) -> Result<Json<Value>, Problem> {
    let Query(pairs) = query.map_err(ask::bad_query)?;
    let question = question(pairs).map_err(Problem::unprocessable)?;
    Ok(Json(comparison_json(&parts.store.compare(&question).await?)))
}

fn question(pairs: Vec<(String, String)>) -> Result<Question, Vec<FieldProblem>> {
    let (mut a, mut others, mut question) = (None, Vec::new(), Question::default());
    let mut problems = Vec::new();
    for (key, value) in pairs {
        match (key.as_str(), value.as_str()) {
            ("a", _) if a.is_none() => a = Some(value),
            ("b", _) => others.push(value),
            ("baseline", _) if question.baseline.is_none() => question.baseline = Some(value),
            ("force", "true" | "false") => question.force = value == "true",
            ("force", _) => problems.push(problem(&key, "write true or false")),
            ("a" | "baseline", _) => problems.push(problem(&key, "is given twice")),
            _ => problems.push(problem(&key, "is not known; known are a, b, baseline and force")),
        }
    }
    match (&a, &question.baseline) {
        (None, None) => problems.push(problem("a", "is missing: a run, or baseline=NAME in its place")),
        (Some(_), Some(_)) => problems.push(problem("baseline", "stands for a; give one of them")),
        _ => {}
    }
    if others.is_empty() {
        problems.push(problem("b", "is missing: the run that is held against a"));
    }
    question.runs = a.into_iter().chain(others).collect();
    if problems.is_empty() { Ok(question) } else { Err(problems) }
}

fn problem(field: &str, message: &str) -> FieldProblem {
    FieldProblem { field: field.to_owned(), message: message.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pairs: &[(&str, &str)], expected: Result<&[&str], &[&str]>) {
        let owned = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        match (question(owned), expected) {
            (Ok(q), Ok(runs)) => assert_eq!(q.runs, runs),
            (Err(problems), Err(fields)) => {
                assert_eq!(problems.iter().map(|p| p.field.as_str()).collect::<Vec<_>>(), fields);
            }
            (other, _) => panic!("{pairs:?}: {other:?}"),
        }
    }

    #[test]
    fn a_stands_first_and_every_problem_is_told_at_once() {
        check(&[("b", "2"), ("a", "1"), ("b", "3")], Ok(&["1", "2", "3"]));
        check(&[("baseline", "release"), ("b", "2"), ("force", "true")], Ok(&["2"]));
        check(&[], Err(&["a", "b"]));
        check(&[("a", "1"), ("b", "2"), ("c", "3"), ("force", "yes")], Err(&["c", "force"]));
        check(&[("a", "1"), ("baseline", "x"), ("b", "2")], Err(&["baseline"]));
    }
}
