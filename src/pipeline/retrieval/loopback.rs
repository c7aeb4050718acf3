//! For tests: a server on loopback that answers what a closure says, and remembers what it was asked.

use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde_json::Value;
use tokio_util::task::AbortOnDropHandle;
use tokio_util::task::TaskTracker;

/// Method with path, and the body.
type Asked = Arc<Mutex<Vec<(String, Value)>>>;

pub struct Loopback {
    pub url: String,
    asked: Asked,
    _serving: AbortOnDropHandle<()>,
}

impl Loopback {
    /// `answer`: from path and body to status and JSON; a JSON string is sent as it is, without quotes.
    pub async fn start(answer: impl Fn(&str, &Value) -> (u16, Value) + Send + Sync + 'static) -> Loopback {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let asked = Asked::default();
        let answer = Arc::new(answer);
        let router = Router::new().fallback({
            let asked = asked.clone();
            move |request: Request| serve(request, asked.clone(), answer.clone())
        });
        let serving = TaskTracker::new().spawn(async move { axum::serve(listener, router).await.expect("served") });
        Loopback { url, asked, _serving: AbortOnDropHandle::new(serving) }
    }

    pub fn asked(&self) -> Vec<(String, Value)> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn serve(
    request: Request,
    asked: Asked,
    answer: Arc<impl Fn(&str, &Value) -> (u16, Value)>,
) -> impl IntoResponse {
    let (head, body) = request.into_parts();
    let body: Bytes = axum::body::to_bytes(body, 16 << 20).await.expect("a body");
    let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let (status, said) = answer(head.uri.path(), &body);
    asked.lock().unwrap_or_else(PoisonError::into_inner).push((format!("{} {}", head.method, head.uri), body));
    let text = said.as_str().map_or_else(|| said.to_string(), str::to_owned);
    (StatusCode::from_u16(status).expect("a status"), text)
}
