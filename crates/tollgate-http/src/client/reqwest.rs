//! Calls in reqwest's own types.

use reqwest::{Body, Request, Response, ResponseBuilderExt};

use super::service::{Answer, Call};
use crate::{ResponseBody, guard::HeadGuard, side::Client, start::Requests};

impl Call for Request {
    fn start(&self, calls: &Requests<Client>) -> HeadGuard<Client> {
        let mut head = http::Request::new(String::new());
        head.method_mut().clone_from(self.method());
        if calls.settings.sees_requests {
            *head.uri_mut() = self.url().as_str().parse().unwrap_or_default();
            *head.version_mut() = self.version();
            head.headers_mut().clone_from(self.headers());
        }
        calls.start(&head, None)
    }
}

impl Answer for Response {
    type Followed = Self;

    fn follow(self, guard: &mut HeadGuard<Client>) -> Self {
        let url = self.url().clone();
        let response = http::Response::<Body>::from(self);
        let guard = guard.answer(&response);
        let (mut parts, body) = response.into_parts();
        // The URL travels in an extension of a private type of reqwest.
        if let Ok(carrier) = http::Response::builder().url(url).body(()) {
            parts.extensions.extend(carrier.into_parts().0.extensions);
        }
        let body = match guard {
            Some(guard) => Body::wrap(ResponseBody::new(body, Some(guard))),
            None => body,
        };
        http::Response::from_parts(parts, body).into()
    }
}
