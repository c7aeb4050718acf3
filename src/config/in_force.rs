//! The limits in force, each under the key that sets it: for who looks at the daemon.

use std::time::Duration;

use crate::config::Config;

impl Config {
    /// In the unit that the key ends in.
    pub fn limits(&self) -> Vec<(&'static str, u64)> {
        let (s, l) = (&self.scenario, &self.scenario.limits);
        vec![
            ("scenarios.cpu_ms", millis(l.cpu)),
            ("scenarios.wall_ms", millis(l.wall)),
            ("scenarios.grace_ms", millis(l.grace)),
            ("scenarios.memory_bytes", l.memory_bytes),
            ("scenarios.table_elements", l.table_elements),
            ("scenarios.stack_bytes", s.stack_bytes as u64),
            ("scenarios.host_call_bytes", l.host_call_bytes as u64),
            ("scenarios.open_exchanges", l.open_exchanges.into()),
            ("run.exchanges_max", self.run.exchanges_max.into()),
            ("run.queue", self.run.queue as u64),
            ("scenarios.log_lines", l.log_lines.into()),
            ("scenarios.log_bytes", l.log_bytes),
            ("scenarios.log_line_bytes", l.log_line_bytes as u64),
            ("scenarios.metrics", l.metrics.into()),
            ("scenarios.counters", l.counters.into()),
            ("scenarios.marks", l.marks.into()),
            ("scenarios.users", l.users.into()),
            ("scenarios.users_memory_bytes", l.users_memory_bytes),
            ("scenarios.data_files", s.data_files.into()),
            ("scenarios.data_file_bytes", s.data_file_bytes),
            ("scenarios.data_bytes", s.data_bytes),
            ("transcripts.run_bytes", self.transcripts.run_bytes),
            ("transcripts.total_bytes", self.transcripts.total_bytes),
            ("scenarios.phases", l.phases.into()),
            ("scenarios.module_bytes", s.module_bytes),
            ("scenarios.compile_ms", millis(s.compile_time)),
            ("scenarios.describe_cpu_ms", millis(s.describe_cpu)),
            ("scenarios.describe_wall_ms", millis(s.describe_wall)),
            ("scenarios.describe_memory_bytes", s.describe_memory_bytes),
        ]
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
