export function Brand() {
  return (
    <>
      <svg viewBox="0 0 32 32" aria-hidden="true" role="presentation">
        <rect width="32" height="32" rx="9" fill="#bd4810" />
        <path d="M9 23V9l14 14V9" fill="none" stroke="#fff" strokeWidth="3.2" strokeLinecap="round" strokeLinejoin="round" />
      </svg>
      <span>NewFeed</span>
    </>
  );
}
