@cd /d "%~dp0.." && node scripts\start.mjs %*
