//! The page at `/`: requests to try, and their traces in the metrics.

/// Fills in `page.html` for a base such as `http://127.0.0.1:3000` and, unless metrics are off, the
/// arguments of curl that read them.
pub(crate) fn render(base: &str, metrics: Option<&str>) -> String {
    let state = match metrics {
        Some(_) => "Metrics are on, behind a master key.",
        None => "Metrics are off in this run: nothing below is counted and the path answers 404.",
    };
    include_str!("page.html")
        .replace("{{state}}", state)
        .replace("{{base}}", &escape(base))
        .replace(
            "{{metrics}}",
            &escape(metrics.unwrap_or(&format!("{base}/metrics"))),
        )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::render;

    #[test]
    fn every_placeholder_is_filled_in() {
        let page = render("http://127.0.0.1:3000", Some("http://127.0.0.1:3000/a&b"));
        assert!(page.contains("http://127.0.0.1:3000/a&amp;b"));
        assert!(!page.contains("{{"));
    }

    #[test]
    fn the_page_says_when_metrics_are_off() {
        let page = render("http://127.0.0.1:3000", None);
        assert!(page.contains("Metrics are off in this run"));
    }
}
