"""The commands of the gate: `breaking`, `diff`, `check`, `waive`, `import-oasdiff`, `rules` and `explain`."""
