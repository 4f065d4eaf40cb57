# The bundle as a container image: the plugin of Woodpecker and Drone, and the image of the GitLab component.
# Needs nothing but this repository: docker build -t etcd-deploy .
FROM node:24.21.0-bookworm-slim

LABEL org.opencontainers.image.title="etcd-deploy" \
      org.opencontainers.image.description="Deploys a TLS etcd cluster over SSH, and fails unless every endpoint is healthy" \
      org.opencontainers.image.licenses="Apache-2.0"

COPY dist/index.js dist/licenses.txt /opt/etcd-deploy/
RUN chmod 0755 /opt/etcd-deploy/index.js && ln -s /opt/etcd-deploy/index.js /usr/local/bin/etcd-deploy

# Root, as the workspaces of these systems are root's, and results are written there.
ENTRYPOINT ["/usr/local/bin/etcd-deploy"]
