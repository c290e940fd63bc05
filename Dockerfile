# The project and Airflow in one image, installed from the hashed lock. It stays at one place, editable, because
# policy, contracts and models are read as files of the project.
FROM python:3.11-slim

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PYTHONUNBUFFERED=1

WORKDIR /opt/panhuo
COPY requirements.lock ./
RUN pip install --no-deps --require-hashes -r requirements.lock

COPY . .
RUN pip install --no-deps --no-build-isolation --editable . \
    && python -m compileall -q panhuo pipeline ingestion expectations dags plugins \
    && useradd --uid 50000 --gid 0 --home-dir /opt/airflow --create-home panhuo \
    && install -d -o panhuo -g 0 /opt/airflow/logs /opt/airflow/auth /opt/panhuo/data

USER panhuo
CMD ["airflow", "version"]
