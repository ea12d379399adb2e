"""A variational autoencoder whose encoder, prior and decoder are distributions."""

import torch
from torch import nn, optim
from torch.distributions import Bernoulli, Independent, Normal, kl_divergence

torch.manual_seed(1)


class VAE(nn.Module):
    def __init__(self, latent=3):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(36, 32), nn.ReLU(), nn.Linear(32, 2 * latent))
        self.decoder = nn.Sequential(nn.Linear(latent, 32), nn.ReLU(), nn.Linear(32, 36))
        self.register_buffer("zero", torch.zeros(latent))
        self.register_buffer("one", torch.ones(latent))

    @property
    def prior(self):
        return Independent(Normal(self.zero, self.one), 1)

    def posterior(self, x):
        loc, log_scale = self.encoder(x).chunk(2, dim=-1)
        return Independent(Normal(loc, nn.functional.softplus(log_scale) + 1e-4), 1)

    def likelihood(self, z):
        return Independent(Bernoulli(logits=self.decoder(z)), 1)

    def elbo(self, x, beta=1.0):
        q = self.posterior(x)
        z = q.rsample()
        kl = kl_divergence(q, self.prior)
        return (self.likelihood(z).log_prob(x) - beta * kl).mean(), kl.mean()


# crosses in a field of 6 x 6
images = torch.zeros(36, 6, 6)
for i in range(36):
    images[i, i % 6, :] = 1
    images[i, :, i // 6] = 1
images = images.view(36, 36)

model = VAE()
optimizer = optim.Adam(model.parameters(), lr=5e-3)
for epoch in range(1, 31):
    total = 0.0
    for batch in images[torch.randperm(36)].split(12):
        optimizer.zero_grad()
        elbo, kl = model.elbo(batch, beta=min(1.0, epoch / 10))
        (-elbo).backward()
        optimizer.step()
        total += elbo.item()
    if epoch % 5 == 0:
        print(f"epoch {epoch}: elbo {total / 3:.3f}, kl {kl.item():.3f}")

with torch.no_grad():
    q = model.posterior(images[:2])
    print(q)
    print(f"stddev {q.stddev.mean():.4f}, entropy {q.entropy().mean():.3f}")
    z = model.prior.sample((3,))
    drawn = model.likelihood(z)
    print(drawn.sample().shape, f"{drawn.mean.mean():.3f} {model.prior.log_prob(z).mean():.3f}")
    sampled = q.sample((200,))
    estimate = (q.log_prob(sampled) - model.prior.log_prob(sampled)).mean(0)
    print("kl by samples near its formula:", torch.allclose(estimate, kl_divergence(q, model.prior), rtol=0.3))
