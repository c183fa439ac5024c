# SPDX-License-Identifier: MIT
"""scrape.py FOLDER: natu's file by node_exporter and that by Prometheus, as lines of results."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

NATU = os.environ["NATU"]
FOLDER = sys.argv[1]
EXPORTER, PROMETHEUS = "127.0.0.1:9100", "127.0.0.1:9090"
# Far more than it takes: only what hangs is ended by it.
LONG = 60

CONFIGURATION = f"""
global: {{scrape_interval: 1s, scrape_timeout: 1s}}
scrape_configs:
  - job_name: node
    static_configs: [{{targets: ["{EXPORTER}"]}}]
"""
processes = []


def start(*command):
    # pylint: disable-next=consider-using-with
    log = open(f"{FOLDER}/{os.path.basename(command[0])}.log", "wb")
    processes.append(subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log))


def stop_all():
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def get(address, path):
    with urllib.request.urlopen(f"http://{address}{path}", timeout=10) as answer:
        return answer.read().decode()


def until(condition):
    """What the condition gives, once it gives something."""
    end = time.monotonic() + LONG
    while True:
        try:
            found = condition()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            found = None
        if found or time.monotonic() > end:
            return found
        time.sleep(0.1)


def samples(text):
    """Samples of natu's, by their names with sorted labels."""
    found = {}
    for line in text.splitlines():
        match = re.fullmatch(r"(natu_\w+)(?:\{(.*)\})? (\S+)", line)
        if match:
            labels = sorted(re.findall(r'\w+="[^"]*"', match[2] or ""))
            found[match[1], ",".join(labels)] = float(match[3])
    return found


def result(what, good, why=""):
    print(f"{'ok' if good else 'not ok'} {what}")
    if not good:
        print(f"{what}: {why}", file=sys.stderr)


def ask(query):
    answer = json.loads(get(PROMETHEUS, "/api/v1/query?" + urllib.parse.urlencode({"query": query})))
    return answer["data"]["result"]


def listed(*arguments):
    done = subprocess.run([NATU, "--json", *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    return json.loads(done.stdout)


def check_exporter(textfiles):
    def scraped():
        text = get(EXPORTER, "/metrics")
        return text if "natu_complete 1" in text else None

    text = until(scraped)
    if not text:
        result("node_exporter reads the file", False, f"nothing after {LONG} s")
        return
    result("node_exporter reads the file", "node_textfile_scrape_error 0" in text, text[-2000:])
    with open(f"{textfiles}/natu.prom", encoding="utf-8") as file:
        written = file.read()
    result("node_exporter has every sample", samples(text).keys() == samples(written).keys() and
           len(samples(text)) > 60, samples(text).keys() ^ samples(written).keys())
    helps = [line for line in written.splitlines() if line.startswith("# HELP natu_")]
    result("node_exporter has natu's helps and types", all(line in text for line in helps) and
           "# TYPE natu_listen_overflows_total counter" in text, helps)


def check_prometheus():
    up = until(lambda: [one for one in ask("up") if one["value"][1] == "1"])
    result("Prometheus scrapes it", bool(up), "it is not up")
    sockets = until(lambda: ask("natu_sockets"))
    result("Prometheus has it", bool(sockets), "no natu_sockets")
    # The sockets of this namespace that do not come and go with each scrape.
    wanted = {}
    for socket in listed("-t", "--state", "listen")["sockets"]:
        wanted[socket["proto"]] = wanted.get(socket["proto"], 0) + 1

    def agrees():
        found = {one["metric"]["proto"]: int(one["value"][1]) for one in ask('natu_sockets{state="LISTEN"}')}
        return found == wanted

    result("Prometheus has as many listeners as natu lists", until(agrees), wanted)
    queues = {(s["local"]["address"], str(s["local"]["port"])): s["listener"]["queue"]
              for s in listed("-t", "--state", "listen")["sockets"] if s["listener"]["queue"]}
    found = {(one["metric"]["address"], one["metric"]["port"]): int(one["value"][1])
             for one in ask("natu_listener_queue > 0")}
    result("Prometheus has the queues of listeners", bool(queues) and found == queues, f"{found} {queues}")
    rate = until(lambda: ask("rate(natu_tcp_segments_sent_total[30s]) > 0"))
    result("Prometheus has a rate of a counter", bool(rate), "no rate")


def main():
    textfiles = f"{FOLDER}/textfiles"
    os.mkdir(textfiles)
    with open(f"{FOLDER}/prometheus.yml", "w", encoding="utf-8") as file:
        file.write(CONFIGURATION)
    try:
        start(NATU, "--format", "prometheus", "--output", f"{textfiles}/natu.prom", "-c", "--interval", "0.2")
        start(shutil.which("prometheus-node-exporter") or shutil.which("node_exporter"), "--collector.disable-defaults",
              "--collector.textfile", f"--collector.textfile.directory={textfiles}",
              f"--web.listen-address={EXPORTER}")
        start(shutil.which("prometheus"), f"--config.file={FOLDER}/prometheus.yml",
              f"--storage.tsdb.path={FOLDER}/tsdb", f"--web.listen-address={PROMETHEUS}")
        check_exporter(textfiles)
        check_prometheus()
        result("natu still writes", processes[0].poll() is None and os.listdir(textfiles) == ["natu.prom"],
               os.listdir(textfiles))
    finally:
        stop_all()
    for name in sorted(os.listdir(FOLDER)):
        if name.endswith(".log"):
            with open(f"{FOLDER}/{name}", encoding="utf-8", errors="replace") as file:
                print(f"{name}:\n{file.read()[-2000:]}", file=sys.stderr)


main()
