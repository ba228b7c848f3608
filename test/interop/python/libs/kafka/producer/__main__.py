import sys

from kafka.cli.producer import run_cli

sys.exit(run_cli())
