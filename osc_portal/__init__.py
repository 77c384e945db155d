"""The building services: settings, addresses, servers; configuration without behaviour."""
