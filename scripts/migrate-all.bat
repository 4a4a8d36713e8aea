@cd /d "%~dp0.." && npm run migrate -- %*
