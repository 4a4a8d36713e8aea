// The container's health check: whether this part is ready. What it prints is in `docker inspect`.
try {
  const response = await fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`, { signal: AbortSignal.timeout(2_500) });
  console.log(await response.text());
  process.exit(response.ok ? 0 : 1);
} catch (error) {
  console.log(String(error.cause ?? error));
  process.exit(1);
}
