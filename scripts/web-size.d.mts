export function initialScripts(): { file: string; bytes: number }[];
