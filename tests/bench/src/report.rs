//! The results: one JSON file with everything, one table with what there are targets for.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use local::for_measurements::{self, MillionMessages};
use serde::Serialize;

use crate::bench::Counts;
use crate::cold_start::ColdStart;
use crate::endpoints::CONVERSATIONS;
use crate::failure::{Failure, other};
use crate::growth::Growth;
use crate::media::{Cost, Previews};
use crate::rounds::{Comparison, Hot, Open};
use crate::sealing::Sealing;
use crate::statistics::Summary;

/// Everything that was measured.
#[derive(Debug, Default, Serialize)]
pub struct Results {
    /// Whether it was the short run, whose timings are worth little.
    pub quick: bool,
    /// CPUs of the machine.
    pub cpus: usize,
    /// Postgres's own words.
    pub postgres: String,
    /// Each endpoint over Postgres in memory.
    pub endpoints: Vec<EndpointResults>,
    /// A function that answers with its event: what the Runtime API and its client take.
    pub echo: Option<Summary>,
    /// Sending over Postgres on disk.
    pub on_disk: Option<Comparison>,
    /// Sending into one conversation.
    pub hot: Option<Hot>,
    /// What grows.
    pub growth: Vec<Growth>,
    /// How functions start, the smallest possible first.
    pub cold_starts: Vec<ColdStart>,
    /// What encryption takes.
    pub sealing: Option<Sealing>,
    /// A photograph to its previews.
    pub previews: Option<Previews>,
    /// A million messages, by the counters above.
    pub price: Option<MillionMessages>,
    /// What of it there are targets for.
    pub figures: Vec<Figure>,
}

/// What one endpoint came to.
#[derive(Debug, Serialize)]
pub struct EndpointResults {
    /// The function's name.
    pub name: &'static str,
    /// What a warm request asks of others.
    pub counts: Counts,
    /// Millions of instructions that the function executes for a warm request; absent without valgrind.
    pub instructions: Option<f64>,
    /// With one environment, and with more.
    pub closed: Vec<Comparison>,
    /// With arrivals by a schedule.
    pub open: Option<Open>,
    /// With one environment that tells of what it has done over a queue; of those that do.
    pub told: Option<Summary>,
}

/// One row of the table.
#[derive(Debug, Serialize)]
pub struct Figure {
    /// What it is.
    pub name: String,
    /// What was measured.
    pub measured: f64,
    /// What must be reached.
    pub must: f64,
    /// What is aimed at.
    pub aim: f64,
    /// Whether more is better.
    pub at_least: bool,
}

impl Figure {
    fn at_most(name: impl Into<String>, measured: f64, must: f64, aim: f64) -> Self {
        Self { name: name.into(), measured, must, aim, at_least: false }
    }

    fn reaches(&self, target: f64) -> bool {
        if self.at_least { self.measured >= target } else { self.measured <= target }
    }

    fn verdict(&self) -> &'static str {
        match (self.reaches(self.must), self.reaches(self.aim)) {
            (true, true) => "reached, and the aim",
            (true, false) => "reached",
            _ => "MISSED",
        }
    }
}

impl Results {
    /// Picks the figures that there are targets for.
    fn compare_with_targets(&mut self) {
        let mut figures = Vec::new();
        for endpoint in &self.endpoints {
            let name = endpoint.name;
            figures.push(Figure::at_most(
                format!("{name}: Postgres round trips"),
                endpoint.counts.round_trips,
                1.0,
                1.0,
            ));
            if endpoint.told.is_some() {
                let name = format!("{name}: requests to SQS");
                figures.push(Figure::at_most(name, endpoint.counts.queue_requests, 1.0, 1.0));
            }
            let Some(closed) = endpoint.closed.first() else { continue };
            #[expect(clippy::cast_precision_loss, reason = "a count of calls")]
            let calls = closed.kms_calls as f64;
            figures.push(Figure::at_most(format!("{name}: KMS calls, warm"), calls, 0.0, 0.0));
            if name == "send_message" {
                let cpu = closed.function_cpu_ms + closed.postgres_cpu_ms;
                figures.extend([
                    Figure::at_most("send p50 ÷ pgbench with the same SQL", closed.over_statement, 1.3, 1.0),
                    Figure::at_most("send p50 ÷ single-row INSERT", closed.over_insert, 2.5, 1.8),
                    Figure::at_most("send, function and Postgres, CPU-ms", cpu, 0.4, 0.3),
                ]);
            } else if endpoint.told.is_none() {
                let name = format!("{name} p50 ÷ pgbench with the same SQL");
                figures.push(Figure::at_most(name, closed.over_statement, 1.5, 1.2));
            }
            let memory = endpoint.closed.iter().map(|closed| closed.peak_memory_mb).fold(0.0, f64::max);
            figures.push(Figure::at_most(format!("{name}: peak RSS, MB"), memory, 12.0, 8.0));
        }
        if let Some(disk) = &self.on_disk {
            let name = "send p50 ÷ single-row INSERT, on disk";
            figures.push(Figure::at_most(name, disk.over_insert, 2.5, 1.8));
            let name = "send p50 ÷ pgbench with the same SQL, on disk";
            figures.push(Figure::at_most(name, disk.over_statement, 1.3, 1.0));
        }
        for start in self.cold_starts.iter().skip(1) {
            let name = start.function;
            figures.push(Figure::at_most(format!("{name}: stripped binary, MB"), start.binary_mb, 8.0, 4.0));
            let Some(instructions) = start.instructions else { continue };
            let mut figure = |what, measured, aim| {
                figures.push(Figure::at_most(format!("{name}: M instructions {what}"), measured, 5.0, aim));
            };
            figure("to the first /next", instructions.start, 2.0);
            if let Some(measured) = instructions.more_to_postgres {
                figure("more to a ClientHello to Postgres", measured, 2.5);
            }
            if let Some(measured) = instructions.more_to_kms {
                figure("more to a ClientHello to KMS", measured, 2.5);
            }
        }
        // Ordered by last activity, a list is of all of one's conversations: an index of it would be a row that each message
        // writes for each member. The table shows what it costs.
        for growth in self.growth.iter().filter(|growth| growth.endpoint != CONVERSATIONS.name) {
            let last = growth.sizes.last().map_or(0, |size| size.count);
            let name = format!("{}, {} → {last} {}", growth.endpoint, growth.base, growth.of);
            figures.push(Figure::at_most(name, growth.over_base(), 1.2, 1.05));
        }
        if let Some(sealing) = &self.sealing {
            figures.extend([
                Figure::at_most("sealing a message of 1 KiB, µs of CPU", sealing.seal_1_kib_us, 10.0, 10.0),
                Figure::at_most(
                    "… with its epoch key opened first",
                    sealing.unwrap_and_seal_1_kib_us,
                    10.0,
                    10.0,
                ),
                Figure::at_most("opening a page of 50, µs of CPU", sealing.open_page_of_50_us, 300.0, 300.0),
                Figure::at_most(
                    "a million epoch keys sealed again, s of CPU",
                    sealing.million_reseals_cpu_s,
                    60.0,
                    20.0,
                ),
            ]);
        }
        if let Some(hot) = &self.hot {
            let name = format!("one conversation ÷ spread load, {} senders", hot.senders);
            figures.push(Figure { name, measured: hot.ratio, must: 0.8, aim: 1.0, at_least: true });
        }
        if let Some(price) = &self.price {
            let name = format!("a million messages, $ of {} on {}", price.region, price.date);
            figures.push(Figure::at_most(name, price.dollars, 6.0, 3.5));
        }
        if let Some(Previews { worker, libvips: Some(libvips) }) = &self.previews {
            let mut figure = |what, of: fn(&Cost) -> f64| {
                let name = format!("12 megapixels to all previews ÷ libvips: {what}");
                figures.push(Figure::at_most(name, of(worker) / of(libvips), 1.2, 1.0));
            };
            figure("time", |cost| cost.wall_ms);
            figure("CPU", |cost| cost.cpu_ms);
            figure("peak memory", |cost| cost.peak_mb);
        }
        self.figures = figures;
    }

    /// What a million messages cost, with what was counted in the place of what the model says.
    pub fn price(&self) -> Result<MillionMessages, Failure> {
        let counted = |endpoint: &EndpointResults| {
            let Counts { queue_requests, key_requests, log_bytes, answer_bytes, .. } = endpoint.counts;
            let meters = [
                ("queue_requests", queue_requests),
                ("kms_requests", key_requests),
                ("log_bytes", log_bytes),
                ("egress_bytes", answer_bytes),
            ];
            let meters = meters.map(|(name, amount)| (name.to_owned(), amount));
            (endpoint.name.to_owned(), BTreeMap::from(meters))
        };
        Ok(for_measurements::price(&self.endpoints.iter().map(counted).collect())?)
    }

    /// The tables for people.
    #[must_use]
    pub fn table(&self) -> String {
        let mut table = String::new();
        // Nothing that is written to a text fails.
        let _ = self.write(&mut table);
        table
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        writeln!(out, "{}, {} CPUs{}", self.postgres, self.cpus, if self.quick { ", quick" } else { "" })?;
        writeln!(out, "\n{:<72} {:>9} {:>7} {:>7}", "against the targets", "measured", "must", "aim")?;
        for figure in &self.figures {
            let Figure { name, measured, must, aim, .. } = figure;
            writeln!(out, "{name:<72} {measured:>9.3} {must:>7} {aim:>7}  {}", figure.verdict())?;
        }
        writeln!(
            out,
            "\n{:<30} {:>11} {:>11} {:>11} {:>9} {:>8} {:>8} {:>8} {:>7}",
            "p50/p99 in µs", "INSERT", "its SQL", "function", "/s", "÷INSERT", "÷SQL", "CPU-ms", "WAL B"
        )?;
        let time = |summary: &Summary| format!("{:.0}/{:.0}", summary.p50_us, summary.p99_us);
        let memory =
            self.endpoints.iter().flat_map(|one| one.closed.iter().map(move |closed| (one.name, closed)));
        let disk = self.on_disk.iter().map(|closed| ("send_message, on disk", closed));
        for (name, closed) in memory.chain(disk) {
            writeln!(
                out,
                "{:<30} {:>11} {:>11} {:>11} {:>9.0} {:>8.2} {:>8.2} {:>8.3} {:>7.0}",
                format!("{name} ×{}", closed.environments),
                time(&closed.insert),
                time(&closed.statement),
                time(&closed.function),
                closed.function.rate,
                closed.over_insert,
                closed.over_statement,
                closed.function_cpu_ms + closed.postgres_cpu_ms,
                closed.wal_bytes,
            )?;
        }
        let told =
            self.endpoints.iter().filter_map(|one| Some((format!("{} ×1, and told", one.name), one.told?)));
        let echo = self.echo.map(|echo| ("an echo ×1".to_owned(), echo));
        for (name, alone) in told.chain(echo) {
            writeln!(out, "{name:<30} {:>11} {:>11} {:>11} {:>9.0}", "", "", time(&alone), alone.rate)?;
        }
        writeln!(
            out,
            "\n{:<30} {:>11} {:>11} {:>11} {:>11} {:>11} {:>14}",
            "a warm request", "Postgres", "SQS", "KMS", "log B", "answer B", "M instructions"
        )?;
        for EndpointResults { name, counts, instructions, .. } in &self.endpoints {
            let instructions = instructions.map_or_else(|| "–".to_owned(), |count| format!("{count:.3}"));
            let Counts { round_trips, queue_requests, key_requests, log_bytes, answer_bytes } = counts;
            writeln!(
                out,
                "{name:<30} {round_trips:>11} {queue_requests:>11} {key_requests:>11} {log_bytes:>11.0} {answer_bytes:>11.0} {instructions:>14}"
            )?;
        }
        writeln!(
            out,
            "\n{:<48} {:>11} {:>11}",
            "arrivals by a schedule, from the intended moment", "p50 µs", "p99 µs"
        )?;
        for endpoint in &self.endpoints {
            if let Some(open) = &endpoint.open {
                let name = format!("{} ×{}, {:.0} a second", endpoint.name, open.environments, open.arrivals);
                writeln!(out, "{name:<48} {:>11.0} {:>11.0}", open.function.p50_us, open.function.p99_us)?;
            }
        }
        writeln!(
            out,
            "\n{:<24} {:>9} {:>9} {:>12} {:>16} {:>12}",
            "cold start", "MB", "ms", "M to /next", "+ to Postgres", "+ to KMS"
        )?;
        for start in &self.cold_starts {
            let count =
                |count: Option<f64>| count.map_or_else(|| "–".to_owned(), |count| format!("{count:.2}"));
            let counted = start.instructions;
            writeln!(
                out,
                "{:<24} {:>9.2} {:>9.1} {:>12} {:>16} {:>12}",
                start.function,
                start.binary_mb,
                start.wall_ms,
                count(counted.map(|counted| counted.start)),
                count(counted.and_then(|counted| counted.more_to_postgres)),
                count(counted.and_then(|counted| counted.more_to_kms)),
            )?;
        }
        if self.cold_starts.iter().any(|start| start.instructions.is_none()) {
            writeln!(out, "There is no valgrind on this machine: instructions were not counted.")?;
        }
        self.write_previews(out)?;
        writeln!(out, "\n{:<54} {:>9} {:>11} {:>9}", "growth", "size", "p50 µs", "ratio")?;
        for growth in &self.growth {
            for size in &growth.sizes {
                let name = format!("{}, {}", growth.endpoint, growth.of);
                let (p50, ratio) = (size.function.p50_us, size.over_base);
                writeln!(out, "{name:<54} {:>9} {p50:>11.0} {ratio:>9.2}", size.count)?;
            }
        }
        Ok(())
    }

    fn write_previews(&self, out: &mut String) -> std::fmt::Result {
        let Some(previews) = &self.previews else { return Ok(()) };
        writeln!(
            out,
            "\n{:<30} {:>9} {:>9} {:>9}",
            "12 megapixels to all previews", "ms", "CPU-ms", "peak MB"
        )?;
        let sides = [("the worker", Some(previews.worker)), ("libvips", previews.libvips)];
        for (name, cost) in sides.into_iter().filter_map(|(name, cost)| Some((name, cost?))) {
            let Cost { wall_ms, cpu_ms, peak_mb } = cost;
            writeln!(out, "{name:<30} {wall_ms:>9.0} {cpu_ms:>9.0} {peak_mb:>9.0}")?;
        }
        if previews.libvips.is_none() {
            writeln!(out, "libvips is not on this machine (Debian: apt install libvips-tools).")?;
        }
        Ok(())
    }

    /// Writes both files; after each part, so that what was measured is not lost with what comes after it.
    pub fn save(&mut self, folder: &Path) -> Result<(), Failure> {
        self.compare_with_targets();
        let json = serde_json::to_string_pretty(self).map_err(|failure| other(failure.to_string()))?;
        fs::write(folder.join("results.json"), json)?;
        fs::write(folder.join("results.txt"), self.table())?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Figure;

    #[test]
    fn a_target_is_reached_from_its_own_side() {
        let verdicts =
            |figure: &dyn Fn(f64) -> Figure| [0.5, 1.1, 3.0].map(|measured| figure(measured).verdict());
        let fewer = |measured| Figure::at_most("", measured, 2.0, 1.0);
        assert_eq!(verdicts(&fewer), ["reached, and the aim", "reached", "MISSED"]);
        let more = |measured| Figure { at_least: true, must: 1.0, aim: 2.0, ..fewer(measured) };
        assert_eq!(verdicts(&more), ["MISSED", "reached", "reached, and the aim"]);
    }
}
