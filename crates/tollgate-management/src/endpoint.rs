//! Endpoints and their routes.

use axum::{
    handler::Handler,
    http::{StatusCode, header::ALLOW},
    routing::{MethodRouter, get, options},
};

use crate::BuildError;

/// Endpoint: an id, and the routes at `/{id}` and below.
#[derive(Debug)]
pub(crate) struct Endpoint {
    pub(crate) id: String,
    /// Path of the endpoint, empty for the root.
    pub(crate) path: String,
    /// Whether it is closed without master keys, unless opened by its own name.
    pub(crate) sensitive: bool,
    pub(crate) routes: Vec<Route>,
    /// Reason why the router cannot be built with it.
    pub(crate) fault: Option<BuildError>,
}

/// Path of an endpoint, with its handlers.
#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) path: String,
    pub(crate) exposure: Exposure,
    pub(crate) read: MethodRouter,
    pub(crate) change: Option<MethodRouter>,
}

/// Callers that may read a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exposure {
    /// All callers, unless the endpoint is sensitive.
    Summary,
    /// Holders of a key. Without master keys all callers, unless the endpoint is sensitive.
    Read,
    /// Holders of a key. Without master keys nobody, unless the endpoint is opened by its own name.
    Detail,
}

impl Endpoint {
    /// Returns an endpoint without routes, at `/{id}`.
    pub(crate) fn new(id: impl Into<String>) -> Self {
        let id = id.into();
        Self {
            path: format!("/{id}"),
            id,
            sensitive: false,
            routes: Vec::new(),
            fault: None,
        }
    }

    /// Answers GET and HEAD at the endpoint's path followed by `path`, such as `""` or `"/{name}"`.
    pub(crate) fn read<H, T>(self, exposure: Exposure, path: &str, handler: H) -> Self
    where
        H: Handler<T, ()>,
        T: 'static,
    {
        self.route(exposure, path, get(handler), None)
    }

    /// Answers GET and HEAD as [`read`](Self::read) does and, unless read-only, POST of JSON with
    /// `change`.
    #[cfg(any(feature = "loggers", test))]
    pub(crate) fn read_write<H, T, C, U>(
        self,
        exposure: Exposure,
        path: &str,
        read: H,
        change: C,
    ) -> Self
    where
        H: Handler<T, ()>,
        T: 'static,
        C: Handler<U, ()>,
        U: 'static,
    {
        self.route(exposure, path, get(read), Some(axum::routing::post(change)))
    }

    /// Returns the names and paths of the routes that discovery shows. A name is the path with `-` for
    /// `/`.
    pub(crate) fn links(&self, sees_details: bool) -> impl Iterator<Item = (String, String)> {
        let seen = move |route: &&Route| sees_details || route.exposure != Exposure::Detail;
        self.routes.iter().filter(seen).map(|route| {
            let name = route.path.trim_start_matches('/');
            let name = name.replace(['{', '}'], "").replace('/', "-");
            (name, route.path.clone())
        })
    }

    fn route(
        mut self,
        exposure: Exposure,
        path: &str,
        read: MethodRouter,
        change: Option<MethodRouter>,
    ) -> Self {
        let path = format!("{}{path}", self.path);
        self.routes.push(Route {
            path: if path.is_empty() { "/".into() } else { path },
            exposure,
            read,
            change,
        });
        self
    }
}

impl Route {
    /// Returns the handler of all methods: OPTIONS too, and 405 with the same `Allow` for others.
    pub(crate) fn into_method_router(self, read_only: bool) -> MethodRouter {
        let (methods, allow) = match self.change {
            Some(change) if !read_only => (self.read.merge(change), "GET,HEAD,POST,OPTIONS"),
            _ => (self.read, "GET,HEAD,OPTIONS"),
        };
        let allowed = (StatusCode::NO_CONTENT, [(ALLOW, allow)]);
        methods.merge(options(async move || allowed))
    }
}
