//! `[scenarios]`: the folder, and what a scenario may use.

use std::path::Path;
use std::time::Duration;

use crate::config::file::File;
use crate::scenario;

pub(super) fn scenario(dir: &Path, file: &File, problems: &mut Vec<String>) -> scenario::Config {
    let s = &file.scenarios;
    let mut config = scenario::Config {
        folder: dir.join(s.folder.as_deref().unwrap_or("scenarios-wasm")),
        data_folder: dir.join(s.data_folder.as_deref().unwrap_or("dualbench-data")),
        ..scenario::Config::default()
    };
    let ms = |n: Option<u64>, field: &mut Duration| {
        if let Some(n) = n {
            *field = Duration::from_millis(n);
        }
    };
    ms(s.settle_ms, &mut config.settle);
    ms(s.compile_ms, &mut config.compile_time);
    ms(s.cpu_ms, &mut config.limits.cpu);
    ms(s.wall_ms, &mut config.limits.wall);
    ms(s.grace_ms, &mut config.limits.grace);
    ms(s.describe_cpu_ms, &mut config.describe_cpu);
    ms(s.describe_wall_ms, &mut config.describe_wall);
    config.stack_bytes = s.stack_bytes.unwrap_or(config.stack_bytes);
    if !scenario::STACK_BYTES.contains(&config.stack_bytes) {
        let (from, to) = scenario::STACK_BYTES.into_inner();
        problems.push(format!("scenarios.stack_bytes: {} must be from {from} to {to}", config.stack_bytes));
    }
    config.module_bytes = s.module_bytes.unwrap_or(config.module_bytes);
    config.data_files = s.data_files.unwrap_or(config.data_files);
    config.data_file_bytes = s.data_file_bytes.unwrap_or(config.data_file_bytes);
    config.data_bytes = s.data_bytes.unwrap_or(config.data_bytes);
    let limits = &mut config.limits;
    limits.memory_bytes = s.memory_bytes.unwrap_or(limits.memory_bytes);
    limits.open_exchanges = s.open_exchanges.unwrap_or(limits.open_exchanges);
    limits.table_elements = s.table_elements.unwrap_or(limits.table_elements);
    limits.host_call_bytes = s.host_call_bytes.unwrap_or(limits.host_call_bytes);
    limits.log_lines = s.log_lines.unwrap_or(limits.log_lines);
    limits.log_bytes = s.log_bytes.unwrap_or(limits.log_bytes);
    limits.log_line_bytes = s.log_line_bytes.unwrap_or(limits.log_line_bytes);
    limits.metrics = s.metrics.unwrap_or(limits.metrics);
    limits.counters = s.counters.unwrap_or(limits.counters);
    limits.marks = s.marks.unwrap_or(limits.marks);
    limits.users = s.users.unwrap_or(limits.users);
    limits.users_memory_bytes = s.users_memory_bytes.unwrap_or(limits.users_memory_bytes);
    limits.phases = s.phases.unwrap_or(limits.phases);
    config.describe_memory_bytes = s.describe_memory_bytes.unwrap_or(config.describe_memory_bytes);
    config
}
