# The portal as compose.yaml starts it; all it needs comes from the lock.
FROM python:3.11-slim
WORKDIR /portal
COPY requirements.lock .
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY manage.py pyproject.toml ./
COPY osc_portal osc_portal
COPY reviews reviews
COPY templates templates
# Where the root is read-only, no process could keep what it has compiled.
RUN python -m compileall -q .
RUN useradd --create-home portal && install -d -o portal /data
USER portal
