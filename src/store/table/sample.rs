//! The table `sample`: the readings of the GPU.

use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::{duration, maybe_unsigned, ns, signed, unreadable};
use crate::events::RunId;
use crate::measure::{GpuSample, ProcessMemory, Throttle};

/// All samples of a run at once; they replace what was there.
pub async fn replace(db: &mut SqliteConnection, run: RunId, samples: &[GpuSample]) -> Result<(), sqlx::Error> {
    let run = run.to_string();
    sqlx::query("delete from sample where run_id = ?").bind(&run).execute(&mut *db).await?;
    for (i, s) in (0_i64..).zip(samples) {
        sqlx::query(
            "insert into sample (run_id, sample, device, at_ns, done_ns, vram_used_bytes, vram_total_bytes, \
             utilisation_percent, memory_utilisation_percent, power_w, energy_j, temperature_c, sm_clock_mhz, \
             memory_clock_mhz, throttle, processes) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&run)
        .bind(i)
        .bind(s.device)
        .bind(ns(s.at))
        .bind(ns(s.done))
        .bind(s.vram_used_bytes.map(signed))
        .bind(s.vram_total_bytes.map(signed))
        .bind(s.utilisation_percent)
        .bind(s.memory_utilisation_percent)
        .bind(s.power_w)
        .bind(s.energy_j)
        .bind(s.temperature_c)
        .bind(s.sm_clock_mhz)
        .bind(s.memory_clock_mhz)
        .bind(s.throttle.map(|t| t.names().join(",")))
        .bind(s.processes.as_deref().map(processes))
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

/// The samples of a run in the order of their stamps.
pub async fn list(db: &mut SqliteConnection, run: RunId) -> Result<Vec<GpuSample>, sqlx::Error> {
    let rows = sqlx::query("select * from sample where run_id = ? order by sample")
        .bind(run.to_string())
        .fetch_all(db)
        .await?;
    rows.iter().map(sample).collect()
}

fn sample(row: &SqliteRow) -> Result<GpuSample, sqlx::Error> {
    let throttle: Option<&str> = row.try_get("throttle")?;
    let processes: Option<&str> = row.try_get("processes")?;
    Ok(GpuSample {
        at: duration(row, "at_ns")?,
        done: duration(row, "done_ns")?,
        device: row.try_get("device")?,
        vram_used_bytes: maybe_unsigned(row, "vram_used_bytes")?,
        vram_total_bytes: maybe_unsigned(row, "vram_total_bytes")?,
        utilisation_percent: row.try_get("utilisation_percent")?,
        memory_utilisation_percent: row.try_get("memory_utilisation_percent")?,
        power_w: row.try_get("power_w")?,
        energy_j: row.try_get("energy_j")?,
        temperature_c: row.try_get("temperature_c")?,
        sm_clock_mhz: row.try_get("sm_clock_mhz")?,
        memory_clock_mhz: row.try_get("memory_clock_mhz")?,
        throttle: throttle.map(read_throttle).transpose()?,
        processes: processes.map(read_processes).transpose()?,
    })
}

const COMPUTE: &str = "compute";
const DRAW: &str = "draw";

/// `pid:compute:bytes` with commas between.
fn processes(list: &[ProcessMemory]) -> String {
    let one = |p: &ProcessMemory| {
        let kind = if p.compute { COMPUTE } else { DRAW };
        format!("{}:{kind}:{}", p.pid, p.vram_bytes.map(|b| b.to_string()).unwrap_or_default())
    };
    list.iter().map(one).collect::<Vec<_>>().join(",")
}

fn read_processes(text: &str) -> Result<Vec<ProcessMemory>, sqlx::Error> {
    let one = |entry: &str| {
        let (pid, rest) = entry.split_once(':')?;
        let (kind, vram) = rest.split_once(':')?;
        let vram_bytes = if vram.is_empty() { None } else { Some(vram.parse().ok()?) };
        let known = kind == COMPUTE || kind == DRAW;
        known.then_some(ProcessMemory { pid: pid.parse().ok()?, vram_bytes, compute: kind == COMPUTE })
    };
    let entries = text.split(',').filter(|e| !e.is_empty());
    entries.map(|e| one(e).ok_or_else(|| unreadable(format!("`processes` holds `{e}`")))).collect()
}

fn read_throttle(text: &str) -> Result<Throttle, sqlx::Error> {
    const ALL: [Throttle; 9] = [
        Throttle::IDLE,
        Throttle::APPLICATION_CLOCKS,
        Throttle::POWER_CAP,
        Throttle::HW_SLOWDOWN,
        Throttle::SYNC_BOOST,
        Throttle::SW_THERMAL,
        Throttle::HW_THERMAL,
        Throttle::POWER_BRAKE,
        Throttle::DISPLAY_CLOCKS,
    ];
    text.split(',').filter(|name| !name.is_empty()).try_fold(Throttle::NONE, |sum, name| {
        let one = ALL.into_iter().find(|t| t.names() == [name]);
        one.map(|t| sum.with(t)).ok_or_else(|| unreadable(format!("`throttle` holds `{name}`")))
    })
}
