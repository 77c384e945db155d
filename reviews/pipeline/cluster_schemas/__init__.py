"""What the API server of each version of Kubernetes serves and accepts.

The schemas are those of the package ``kubernetes-validate``, as Kubernetes publishes them, in the
form that refuses unknown fields. ``served`` lists kinds, ``removed`` says what became of those that
are no longer served, ``validators`` compares a manifest with its schema, ``rules`` checks what no
schema says (names, labels, selectors), ``custom`` compares custom resources with the schema of
their definition.
"""
