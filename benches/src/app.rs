//! The application under test: small, but with a route table that has to be searched and a path
//! that has to be parsed.

use axum::{Router, extract::Path, routing::get};

/// The path that every benchmark asks for.
pub const PATH: &str = "/users/4711";

/// The route that answers [`PATH`].
pub const ROUTE: &str = "/users/{id}";

/// Sections of the application beside the users; each has two routes.
const SECTIONS: [&str; 9] = [
    "accounts",
    "baskets",
    "catalogue",
    "invoices",
    "messages",
    "orders",
    "payments",
    "reviews",
    "shipments",
];

/// Twenty routes, one of which answers [`PATH`].
pub fn router() -> Router {
    let users = Router::new()
        .route("/users", get("users"))
        .route(ROUTE, get(user));
    SECTIONS.iter().fold(users, |router, section| {
        router
            .route(&format!("/{section}"), get("list"))
            .route(&format!("/{section}/{{id}}"), get("item"))
    })
}

async fn user(Path(id): Path<u32>) -> String {
    format!("user {id}\n")
}
