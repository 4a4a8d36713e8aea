// The container's health check: whether this part is ready.
const response = await fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`, { signal: AbortSignal.timeout(2_500) });
process.exit(response.ok ? 0 : 1);
