//! The findings of all passes as rows, a table and JSON lines.

use comfy_table::{CellAlignment, Table};
use serde::Serialize;

use crate::judge::{Errors, Finding};
use crate::options::ContenderName;

/// One contender at one number of streams: the median of its passes, field by field.
#[derive(Debug, Serialize)]
pub struct Row {
    streams: usize,
    contender: &'static str,
    passes: usize,
    #[serde(flatten)]
    finding: Finding,
    /// CPU per token over that of the bare reader in the same run; none without one.
    cpu_ratio_to_bare: Option<f64>,
    ttft_p50_ratio_to_bare: Option<f64>,
    itl_p50_ratio_to_bare: Option<f64>,
}

pub fn rows(streams: usize, contenders: &[ContenderName], findings: &[Vec<Finding>]) -> Vec<Row> {
    let medians: Vec<Finding> = findings.iter().map(|passes| median_of(passes)).collect();
    let bare = contenders.iter().position(|contender| *contender == ContenderName::Bare).map(|at| medians[at].clone());
    let rows = contenders.iter().zip(medians).zip(findings);
    rows.map(|((contender, finding), passes)| {
        let ratio = |figure: fn(&Finding) -> f64| bare.as_ref().map(|bare| figure(&finding) / figure(bare));
        Row {
            streams,
            contender: contender.name(),
            passes: passes.len(),
            cpu_ratio_to_bare: ratio(|finding| finding.cpu_us_per_token),
            ttft_p50_ratio_to_bare: ratio(|finding| finding.ttft_error_ms.p50),
            itl_p50_ratio_to_bare: ratio(|finding| finding.itl_error_ms.p50),
            finding,
        }
    })
    .collect()
}

fn median_of(passes: &[Finding]) -> Finding {
    let median = |figure: &dyn Fn(&Finding) -> f64| {
        let mut figures: Vec<f64> = passes.iter().map(figure).collect();
        figures.sort_by(f64::total_cmp);
        let middle = figures.len() / 2;
        if figures.len() % 2 == 1 { figures[middle] } else { (figures[middle - 1] + figures[middle]) / 2.0 }
    };
    let errors = |which: fn(&Finding) -> Errors| Errors {
        n: passes.iter().map(|finding| which(finding).n).sum(),
        p50: median(&|finding| which(finding).p50),
        p99: median(&|finding| which(finding).p99),
        max: median(&|finding| which(finding).max),
    };
    let engine = passes.iter().all(|finding| finding.engine_cpu_us_per_token.is_some());
    Finding {
        ttft_error_ms: errors(|finding| finding.ttft_error_ms),
        itl_error_ms: errors(|finding| finding.itl_error_ms),
        lag_ms: errors(|finding| finding.lag_ms),
        engine_late_ms: errors(|finding| finding.engine_late_ms),
        cpu_us_per_token: median(&|finding| finding.cpu_us_per_token),
        memory_bytes_per_stream: median(&|finding| finding.memory_bytes_per_stream),
        engine_cpu_us_per_token: engine.then(|| median(&|finding| finding.engine_cpu_us_per_token.unwrap_or_default())),
        miscounted: passes.iter().map(|finding| finding.miscounted).sum(),
        tokens_with_warm_up: passes.iter().map(|finding| finding.tokens_with_warm_up).sum(),
    }
}

pub fn table(rows: &[Row]) -> String {
    let mut table = Table::new();
    table.set_header([
        "streams",
        "contender",
        "TTFT err p50 ms",
        "p99",
        "ITL err p50 ms",
        "p99",
        "lag p99 ms",
        "CPU µs/token",
        "× bare",
        "KiB/stream",
        "engine µs/token",
        "engine late p99 ms",
        "miscounted",
    ]);
    for row in rows {
        let finding = &row.finding;
        let milli = |value: f64| format!("{value:.3}");
        table.add_row([
            row.streams.to_string(),
            row.contender.into(),
            milli(finding.ttft_error_ms.p50),
            milli(finding.ttft_error_ms.p99),
            milli(finding.itl_error_ms.p50),
            milli(finding.itl_error_ms.p99),
            milli(finding.lag_ms.p99),
            format!("{:.2}", finding.cpu_us_per_token),
            row.cpu_ratio_to_bare.map_or_else(|| "–".into(), |ratio| format!("{ratio:.2}")),
            format!("{:.1}", finding.memory_bytes_per_stream / 1024.0),
            finding.engine_cpu_us_per_token.map_or_else(|| "–".into(), |cost| format!("{cost:.2}")),
            milli(finding.engine_late_ms.p99),
            finding.miscounted.to_string(),
        ]);
    }
    for column in table.column_iter_mut().skip(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.to_string()
}
