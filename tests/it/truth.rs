//! Our figures against the true send times of the embedded engine.

use dualbench::app::Streams;
use dualbench::run::own_error;

#[tokio::test]
async fn ttft_and_gaps_are_within_a_millisecond_of_the_truth_at_the_median() {
    let streams = Streams::start().expect("a thread");
    let a = own_error(&streams.handle(), 6).await.expect("measured");
    assert!(a.ttft_error_ms.median < 1.0, "{a:?}");
    assert!(a.itl_error_ms.median < 1.0, "{a:?}");
    assert_eq!(a.itl_error_ms.n, 6 * 63);
    drop(tokio::task::spawn_blocking(move || drop(streams)).await);
}
