// The container's health: does this part answer, and can it work?
const response = await fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`, { signal: AbortSignal.timeout(2_500) });
process.exit(response.ok ? 0 : 1);
