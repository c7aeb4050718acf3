//! The disk says no.

use std::sync::Arc;
use std::time::Duration;

use super::story::{self, Desk, on_desk};
use crate::events::{Bus, LogLevel, RunEvent, RunId, RunState};
use crate::store::{Reconciled, StoreError};

#[test]
fn a_full_database_holds_no_run_up_and_nothing_is_lost_once_there_is_room() {
    on_desk(async {
        let dir = tempfile::tempdir().expect("a folder");
        let desk = Desk::open(dir.path()).await;
        desk.finish().await;
        let room = |pages: &'static str| sqlx::query(pages).execute(&desk.store.writer);
        room("pragma max_page_count = 1").await.expect("a limit");
        let header = story::header();
        desk.tell_all(&header).await;
        let big =
            RunEvent::Log { run: header.run, at: Duration::ZERO, level: LogLevel::Info, message: "x".repeat(1 << 20) };
        assert!(!desk.tell_durably(big).await, "it cannot be on the disk");
        assert!(!desk.tell_durably(RunEvent::Ended(Arc::new(story::report(&header)))).await);
        let health = desk.store.health().await;
        let why = health.write_error.expect("trouble");
        assert!(why.contains("full") && why.contains("free some space"), "{why}");
        room("pragma max_page_count = 1000000").await.expect("no limit");
        let store = desk.leave().await;
        let health = store.health().await;
        assert_eq!((health.write_error, health.waiting, health.lost), (None, 0, 0));
        assert_eq!(store.records(header.run).await.expect("records").len(), 2);
        assert_eq!(store.runs(1, None, None).await.expect("rows")[0].run, header.run);
        assert_eq!(story::journal_text(dir.path()).lines().count(), 2);
    });
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_journal_holds_no_run_up_and_gets_its_line_once_there_is_room() {
    on_desk(async {
        let dir = tempfile::tempdir().expect("a folder");
        let desk = Desk::open(dir.path()).await;
        desk.finish().await;
        let path = story::config(dir.path()).journal;
        let away = dir.path().join("away");
        std::fs::rename(&path, &away).expect("moved");
        std::os::unix::fs::symlink("/dev/full", &path).expect("a link");
        let header = story::header();
        desk.tell_all(&header).await;
        assert!(!desk.tell_durably(RunEvent::Ended(Arc::new(story::report(&header)))).await);
        assert!(desk.store.health().await.write_error.is_some_and(|e| e.contains("journal")));
        let state = desk.store.runs(1, None, None).await.expect("rows")[0].state;
        assert!(!state.expect("known").is_final(), "without its line a run has not ended");
        std::fs::remove_file(&path).expect("gone");
        std::fs::rename(&away, &path).expect("moved back");
        let store = desk.leave().await;
        assert_eq!(store.health().await.write_error, None);
        assert_eq!(story::journal_text(dir.path()).lines().count(), 2);
        story::close(store).await;
        assert!(story::open(dir.path()).await.expect("opens").reconciled().is_nothing());
    });
}

#[test]
fn who_publishes_the_end_of_a_run_is_told_whether_it_is_on_disk_and_watchers_hear_of_it_either_way() {
    on_desk(async {
        let dir = tempfile::tempdir().expect("a folder");
        let store = story::open(dir.path()).await.expect("opens");
        let (bus, lane) = Bus::new();
        let writer = tokio::task::spawn_local(store.clone().write(lane));
        let (stored, refused) = (story::header(), story::header());
        assert!(bus.publish_durably(RunEvent::Ended(Arc::new(story::report(&stored)))).await);
        let room = |pages: &'static str| sqlx::query(pages).execute(&store.writer);
        room("pragma max_page_count = 1").await.expect("no room");
        bus.publish(RunEvent::Queued(Arc::new(refused.clone()))).await;
        let big =
            RunEvent::Log { run: refused.run, at: Duration::ZERO, level: LogLevel::Info, message: "x".repeat(1 << 20) };
        bus.publish(big).await;
        let mut watch = bus.watch();
        assert!(!bus.publish_durably(RunEvent::Ended(Arc::new(story::report(&refused)))).await);
        assert!(matches!(&*watch.recv().await.expect("shown"), RunEvent::Ended(r) if r.header.run == refused.run));
        assert!(store.health().await.write_error.is_some(), "the reason is there when the answer comes");
        room("pragma max_page_count = 1000000").await.expect("room");
        drop((bus, watch));
        writer.await.expect("the writer ends");
        assert_eq!(story::journal_text(dir.path()).lines().count(), 2);
    });
}

#[test]
fn a_row_that_the_database_will_never_take_holds_nobody_up_and_comes_from_the_journal_at_the_next_start() {
    on_desk(async {
        let dir = tempfile::tempdir().expect("a folder");
        let desk = Desk::open(dir.path()).await;
        let sql = |text: &'static str| sqlx::query(text).execute(&desk.store.writer);
        sql(
            "create trigger never before update on run when new.scenario = 'refused' and new.journal_json is not null \
             begin select raise(abort, 'never'); end",
        )
        .await
        .expect("a trigger");
        let mut refused = story::header();
        refused.scenario.name = "refused".into();
        desk.tell_all(&refused).await;
        assert!(!desk.tell_durably(RunEvent::Ended(Arc::new(story::report(&refused)))).await, "its row is not there");
        desk.finish().await;
        let health = desk.store.health().await;
        assert_eq!((health.lost, health.waiting, health.write_error), (1, 0, None));
        assert_eq!(story::journal_text(dir.path()).lines().count(), 2);
        sql("drop trigger never").await.expect("gone");
        story::close(desk.leave().await).await;
        let store = story::open(dir.path()).await.expect("opens");
        assert_eq!(store.reconciled(), Reconciled { rebuilt: 1, ..Reconciled::default() });
        let rows = store.runs(9, None, Some("refused")).await.expect("rows");
        assert_eq!((rows.len(), rows[0].state), (1, Some(RunState::Finished)));
        assert_eq!(story::journal_text(dir.path()).lines().count(), 2);
    });
}

#[test]
fn an_event_that_cannot_be_stored_does_not_stop_the_others() {
    on_desk(async {
        let dir = tempfile::tempdir().expect("a folder");
        let desk = Desk::open(dir.path()).await;
        let header = story::header();
        desk.tell(RunEvent::Queued(Arc::new(header.clone()))).await;
        desk.tell(RunEvent::Metric { run: RunId::fresh(), metric: story::metric() }).await;
        desk.tell(RunEvent::Metric { run: header.run, metric: story::metric() }).await;
        let store = desk.leave().await;
        assert_eq!(store.metrics(header.run, u32::MAX).await.expect("metrics").len(), 1);
        assert_eq!((store.health().await.lost, store.health().await.write_error), (1, None));
    });
}

#[test]
fn a_run_that_ends_twice_has_one_line() {
    on_desk(async {
        let dir = tempfile::tempdir().expect("a folder");
        let desk = Desk::open(dir.path()).await;
        let header = desk.finish().await;
        assert!(desk.tell_durably(RunEvent::Ended(Arc::new(story::report(&header)))).await);
        assert_eq!(story::journal_text(dir.path()).lines().count(), 1);
    });
}

#[test]
fn a_folder_that_cannot_be_is_named() {
    on_desk(async {
        let dir = tempfile::tempdir().expect("a folder");
        std::fs::write(dir.path().join("file"), "").expect("written");
        let refusal = story::open(&dir.path().join("file")).await.expect_err("no folder");
        assert!(matches!(refusal, StoreError::Unusable { .. }), "{refusal:?}");
        assert!(refusal.to_string().contains("permissions"), "{refusal}");
    });
}

#[cfg(unix)]
#[test]
fn a_read_only_folder_is_refused_unless_we_may_do_everything() {
    use std::os::unix::fs::PermissionsExt;
    on_desk(async {
        let dir = tempfile::tempdir().expect("a folder");
        let set =
            |mode| std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(mode)).expect("permissions");
        set(0o555);
        let is_root = std::fs::write(dir.path().join("probe"), "").is_ok();
        let opened = story::open(dir.path()).await;
        set(0o755);
        assert_eq!(opened.is_ok(), is_root);
    });
}
