"""The services of docker-compose.yml without containers: their own environment, commands and health checks."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
import yaml

from panhuo.contracts.model import PROJECT_ROOT

SERVICES = ["api-server", "scheduler", "dag-processor", "triggerer"]
SECRETS = {
    "AIRFLOW_FERNET_KEY": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
    "AIRFLOW_SECRET_KEY": "a-secret-key-of-the-tests",
    "AIRFLOW_JWT_SECRET": "a-signing-secret-of-the-tests-that-is-long-enough-for-sixty-four-bytes",
    "AIRFLOW_ADMIN_PASSWORD": 'of the "admin"',
    "AIRFLOW_REVIEWER_PASSWORD": "of the reviewer",
    "POSTGRES_PASSWORD": "p@ss/w$rd:",
    "PANHUO_PLATFORM_URL": "http://platform.invalid",
    "PANHUO_PLATFORM_TOKEN": "a-token-of-the-tests",
    "PANHUO_PSEUDONYM_KEY": "a-key-of-the-tests-of-32-letters",
}
VARIABLE = re.compile(r"\$(?:(\$)|\{(\w+)(?::([?-])([^}]*))?\})")


class Compose:
    """docker-compose.yml as compose reads it: `$$`, `${NAME}`, `${NAME:-default}`, `${NAME:?message}` replaced."""

    file = PROJECT_ROOT / "docker-compose.yml"
    secrets = SECRETS

    def services(self, variables=SECRETS):
        """The services with the variables put in."""
        return self.interpolate(yaml.safe_load(self.file.read_text(encoding="utf-8")), variables)["services"]

    def interpolate(self, value, variables):
        """Put variables into every text of a parsed file."""
        if isinstance(value, dict):
            return {key: self.interpolate(item, variables) for key, item in value.items()}
        if isinstance(value, list):
            return [self.interpolate(item, variables) for item in value]
        return VARIABLE.sub(lambda match: _value(match, variables), value) if isinstance(value, str) else value


def _value(match, variables):
    dollar, name, operator, text = match.groups()
    if dollar:
        return "$"
    if variables.get(name):
        return variables[name]
    assert operator == "-", f"{name}: {text}"
    return text


@pytest.fixture(scope="session")
def compose():
    return Compose()


def free_ports(count):
    with ExitStack() as sockets:
        taken = [sockets.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [listener.getsockname()[1] for listener in taken]


def wait_until(condition, seconds, what):
    """Ask again and again until the answer is true; return it."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
        time.sleep(2)
    return answer


@contextmanager
def process(command, log, stop=signal.SIGTERM, **options):
    """A process with its children as one group, which ends with the block."""
    with log.open("ab") as stream:
        started = subprocess.Popen(command, stdout=stream, stderr=subprocess.STDOUT, start_new_session=True, **options)
    try:
        yield started
    finally:
        for sign in (stop, signal.SIGKILL):
            try:
                os.killpg(started.pid, sign)
                started.wait(timeout=20)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                continue


@contextmanager
def postgres_server(environment):
    """A PostgreSQL on a free port with the user, password and database of the compose service; yields the port."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not binaries:
        pytest.skip("no PostgreSQL in /usr/lib/postgresql; install Debian's package `postgresql`")
    as_postgres = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    (port,) = free_ports(1)
    folder = Path(tempfile.mkdtemp(prefix="panhuo-postgres-"))
    try:
        secret = folder / "password"
        secret.write_text(environment["POSTGRES_PASSWORD"])
        if as_postgres:
            shutil.chown(folder, "postgres")
            shutil.chown(secret, "postgres")
        cluster = ["-D", str(folder / "cluster")]
        create = ["--auth=scram-sha-256", f"--username={environment['POSTGRES_USER']}", f"--pwfile={secret}"]
        _run([*as_postgres, str(binaries[-1] / "initdb"), *cluster, *create], cwd="/")
        listen = ["-k", str(folder), "-h", "127.0.0.1", "-p", str(port), "-c", "fsync=off"]
        server = [*as_postgres, str(binaries[-1] / "postgres"), *cluster, *listen]
        with process(server, folder / "log", stop=signal.SIGINT, cwd="/"):
            client = ["-h", "127.0.0.1", "-p", str(port), "-U", environment["POSTGRES_USER"]]
            ready = [str(binaries[-1] / "pg_isready"), *client]
            wait_until(lambda: subprocess.run(ready, capture_output=True).returncode == 0, 30, "PostgreSQL")
            password = {"PGPASSWORD": environment["POSTGRES_PASSWORD"]}
            _run([str(binaries[-1] / "createdb"), *client, environment["POSTGRES_DB"]], env=password)
            yield port
    finally:
        shutil.rmtree(folder)


def _run(command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@dataclass
class Stack:
    """The services of the compose file on this machine: what differs is where things are, and nothing else."""

    home: Path
    data: Path
    drops: Path
    services: dict
    places: dict
    extra: dict
    secrets = SECRETS
    wait_until = staticmethod(wait_until)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.extra['AIRFLOW__API__PORT']}"

    def environment(self, service):
        """The environment of a service, and of nothing else: what it lacks would be lacking in its container."""
        path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
        given = {key: self._place(value) for key, value in self.services[service]["environment"].items()}
        return {"PATH": path, "HOME": str(self.home), "LANG": "C.UTF-8", **given, **self.extra}

    def _place(self, text):
        for there, here in self.places.items():
            text = text.replace(there, here)
        return text

    def start(self, service):
        """Start a service as its container would; use as a context."""
        return process(
            self.services[service]["command"],
            self.home / f"{service}.log",
            env=self.environment(service),
            cwd=self.home,
        )

    def run(self, service, *command):
        """Run a command beside a service, as `docker compose exec` or `run` does; return what it prints."""
        return _run(command, env=self.environment(service), cwd=self.home)

    def is_healthy(self, service):
        kind, *command = self.services[service]["healthcheck"]["test"]
        shell = ["sh", "-c"] if kind == "CMD-SHELL" else []
        checked = subprocess.run([*shell, *command], env=self.environment(service), capture_output=True)
        return checked.returncode == 0

    def errors(self):
        """What the tasks logged as errors, for the message of a test that fails."""
        logs = sorted((self.home / "logs").glob("dag_id=*/**/attempt=*.log"))
        lines = (line for log in logs for line in log.read_text(encoding="utf-8").splitlines())
        return "\n".join(line[:600] for line in lines if '"level":"error"' in line)

    def sign_in(self, user, password):
        """A session of the REST API."""
        answer = requests.post(f"{self.url}/auth/token", json={"username": user, "password": password}, timeout=30)
        answer.raise_for_status()
        session = requests.Session()
        session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        return session


@pytest.fixture(scope="module")
def platform(tmp_path_factory):
    """A small province behind real HTTP; its address."""
    from ingestion.sandbox.server import run_sandbox
    from ingestion.sandbox.simulate import Size, make_scenario

    folder = tmp_path_factory.mktemp("scenario")
    make_scenario(folder, size=Size(institutions=3, patents_per_institution=(20, 30), enterprises=20))
    with run_sandbox(folder, SECRETS["PANHUO_PLATFORM_TOKEN"]) as url:
        yield url


@pytest.fixture(scope="module")
def stack(tmp_path_factory, compose, platform):
    """All services of docker-compose.yml, healthy, on free ports and an empty data folder."""
    home, data, drops = (tmp_path_factory.mktemp(name) for name in ("airflow", "data", "drops"))
    (home / "auth").mkdir()
    services = compose.services(SECRETS | {"PANHUO_PLATFORM_URL": platform})
    api, health, *logs = map(str, free_ports(4))
    with ExitStack() as running:
        database = running.enter_context(postgres_server(services["postgres"]["environment"]))
        stack = Stack(
            home=home,
            data=data,
            drops=drops,
            services=services,
            places={
                "/opt/airflow": str(home),
                "/opt/panhuo/data": str(data),
                "/opt/panhuo/drops": str(drops),
                "/opt/panhuo": str(PROJECT_ROOT),
                "@postgres:5432": f"@127.0.0.1:{database}",
                "http://api-server:8080": f"http://127.0.0.1:{api}",
            },
            extra={
                "AIRFLOW__API__HOST": "127.0.0.1",
                "AIRFLOW__API__PORT": api,
                "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT": health,
                "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": logs[0],
                "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": logs[1],
                "PANHUO_PARSE_CACHE": os.environ["PANHUO_PARSE_CACHE"],
                # The month that the wall clock would dispatch is not in the scenario.
                "AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE": "False",
            },
        )
        stack.run("init", *services["init"]["command"])
        for service in SERVICES:
            running.enter_context(stack.start(service))
        for service in SERVICES:
            wait_until(lambda name=service: stack.is_healthy(name), 120, f"{service} healthy")
        yield stack
