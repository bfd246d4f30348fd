#!/usr/bin/python3
"""Checks that an executable, or a program that runs one, serves boto3 and the AWS SDK for JavaScript.

    serving_test.py EXECUTABLE FOLDER_OF_NPM_PACKAGES
"""

import unittest

from packing import usage
from serving_case import ServingCase


class Serving(ServingCase):
    def test_clients_are_served(self):
        self.assert_executable_serves(EXECUTABLE)


if __name__ == "__main__":
    EXECUTABLE, Serving.clients = usage("EXECUTABLE", "FOLDER_OF_NPM_PACKAGES")
    unittest.main(verbosity=2)
