import sys

from kafka.cli.admin import run_cli

sys.exit(run_cli())
